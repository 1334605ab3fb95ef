/*
 * Every number that a verdict turns on, with where it comes from.
 */

/** Fewer events than this (clumps of them, `clumps.ts`, as in all that follows) in the window are not ranked at all: field floor of 10 events (whchoi98/nfm-dashboard, spike rule). */
export const MIN_EVENTS = 20;

/** A change below a factor of 2 is not called a rise; half of it, in logarithms, is what a zone must show by itself. */
export const RISE = 2;
export const OWN_RISE = Math.SQRT2;

/** One-sided error of the zone test, before Bonferroni. */
export const ZONE_ALPHA = 0.01;

/** Minutes with events before a zone may be called out: AWS's M of N with 3 (whitepaper 'Advanced Multi-AZ Resilience Patterns'). */
export const MIN_MINUTES = 3;

/**
 * How far zones of one workload drift apart by themselves, as SD of the logarithm of their change
 * (docs/verdict.md, 'The simulation': at 0.25 no wrong zone is named); and of their plain rates,
 * which is all that can be compared without a baseline.
 */
export const TAU = 0.25;
export const TAU_WITHOUT_BASELINE = 0.5;

/**
 * Added to every rate before rates are divided, as a share of the rate of all zones in the window. Against a
 * busy baseline it vanishes; against one with next to no events it turns the ratio into a comparison of what
 * was added, where the ratio of two near-zero numbers would be noise.
 */
export const RATE_FLOOR = 0.02;

/** Share of a group's members that must be elevated to call all of it impaired (CoreSec, OSDI'26: two thirds of the children; BlameIt 0.8). */
export const SPREAD_WIDE = 0.6;

/** Traffic below this share of its baseline, and of what the best of its peers keeps, is a collapse: its retransmissions say nothing. */
export const COLLAPSE = 0.5;

/** 95 % interval. */
export const Z95 = 1.96;

/** Onset: bins on each side of a change, and the log-likelihood that it must gain beyond that of the search itself (ln 55). */
export const ONSET_MIN_BINS = 3;
export const ONSET_GAIN = 4;

/**
 * A rise that is over after so long, ms, is a burst (AWS's M of N asks for 3 of 5 minutes before anything is done); so is
 * one that goes on no longer yet, unless it is far above what bursts reach (RISE²).
 */
export const BURST = 5 * 60_000;

/** Half of χ²'s 3.84: starts within it of the best are in the 95 % interval (docs/verdict.md, 'What it rests on'). */
export const ONSET_INTERVAL = 1.92;

/** An impairment of the whole place would have given a member this many events: enough to see that it has none. */
export const ELIGIBLE_EVENTS = 3;

/** What the place's baseline rate is worth in a member's own, in events: 1/τ² for rates that lie τ = 0.5 apart. */
export const MEMBER_PRIOR = 4;

/** So much of a baseline must lie before an incident that reaches into it, ms; less is too little to compare with. */
export const CLEAN_BASELINE = 15 * 60_000;

/** So many bins at the end of the window without a report, or with a part of the traffic, are no accident of one. */
export const QUIET_BINS = 5;

/** How much likelier, in logarithms and after Bonferroni, an explanation must be than 'as before' to be looked at. */
export const CLEAR_SCORE = 3;

/** The same, where flows alone call for an explanation and no series does. */
export const STRONG_SCORE = 12;

/** The share of a rise that an explanation must account for. */
export const EXPLAINED = 0.5;

/** A part's rate in the incident over what is expected of it; and of one that has no baseline of its own. */
export const PART_LIFT = RISE ** 2;
export const NEW_PART_LIFT = 2 * PART_LIFT;

/** The share of a tile that an incident must last for the tile's flows to be taken for it: else they are mostly others'. */
export const TILE_LEAST = 0.5;

/** How probable one kind of answer must be among all explanations, to be given. */
export const SURE = 0.95;

/** The same as a margin of log-likelihood, ln 19 (docs/verdict.md, 'The simulation', has 2φ between the best and the runner-up). */
export const MARGIN = Math.log(SURE / (1 - SURE));

/** The same, for a blame to be called `high` (docs/verdict.md, 'Figures': of those, 99 % are to be right). */
export const SURE_HIGH = 0.99;

/** The same, where AWS's own indicator says it too: likelier than not. */
export const LIKELY = 0.5;

/** The share of a place's bytes that must have been there in the baseline, for a claim about all of it (docs/verdict.md, 'The simulation'). */
export const MATCHED_LEAST = 0.5;

/** Log-likelihood that timeouts must gain over their baseline to be a sign: chance gives it once in a thousand hours. */
export const SIGN_GAIN = 5.4;

/** Explanations that are this many times less likely are no alternatives: at these odds an answer is given (SURE). */
export const ALTERNATIVE_MOST = 20;

/** Flows of one place that must be slower, for its round-trip times to be a sign. */
export const SLOW_FLOWS = 3;

/** Microseconds that round-trip times must grow by to be told beside a loss: what the way to another zone adds is less or as much. */
export const LATER_LEAST = 1000;

/** Members that a claim about all of a place asks for: two of two may look alike by chance (docs/verdict.md, 'The simulation'). */
export const WIDE_MEMBERS = 3;

/** Bins with traffic that a window needs for 'no impairment' to be `high`: ten minutes of a monitor. */
export const ENOUGH_BINS = 10;

/** The share of events that must lie in categories that the health indicator speaks of. */
export const COVERED_LEAST = 0.5;

/** The share of minutes that must have been read for the others to change nothing: of counts, and of the health indicator. */
export const READ_LEAST = 0.8;

/** The share of events that may lie in lists that are missing, and of instances that may be silent. */
export const MISSING_MOST = 0.1;

/**
 * Lists of flows are lower bounds (an agent sends its 500 worst flows): below this share of the counted bytes they leave
 * room for doubt, and below the lesser one they tell nothing of who sends.
 */
export const LISTED_MOST = 0.5;
export const LISTED_LEAST = 0.1;
