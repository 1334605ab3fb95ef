import { printed } from '../model/command-line.ts';
import type { Report } from '../model/report.ts';
import { dateTime, lossShare, rate, span } from '../model/units.ts';
import { sanitizeDocument } from './sanitize.ts';
import { headline, nhiFinding, targetPlace, VERDICT_WORDS } from './words.ts';

/** Slack cuts a message of more than 4,000 characters; five lines are for reading at a glance. */
const LONGEST = 600;

/**
 * Five lines of Slack's mrkdwn. https://api.slack.com/reference/surfaces/formatting
 */
export function renderSlack(report: Report): string {
  const seen = sanitizeDocument(report);
  return `${[verdict, summary, since, indicator, next].map((line) => line(seen)).join('\n')}\n`;
}

/**
 * Text that is nothing but text. Slack has entities for three characters, and without '<' there is no mention. What makes
 * bold, code and emoji has no escape, and clients make mentions of names too: a word joiner, which has no width, stands
 * before each.
 */
export function mrkdwn(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return entities(cut).replace(/[*~`@#]|\b_|_\b|:(?=[\w+'-]+:)/g, '\u2060$&');
}

function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function verdict(report: Report): string {
  return `*${VERDICT_WORDS[report.verdict]}* ${mrkdwn(headline(report))}`;
}

function summary(report: Report): string {
  return mrkdwn(report.summary);
}

function since({ onset, end, ongoing, impairment, window }: Report): string {
  if (onset === null) return mrkdwn(`Looked at ${span(window.start, window.end)}`);
  const when =
    end === null ? `${dateTime(onset)}${ongoing ? ', ongoing' : ''}` : `${span(onset, end)}, ended`;
  if (impairment === null) return mrkdwn(`Since ${when}`);
  const { retransmissionsPerGiB, baselineRetransmissionsPerGiB: before, estimatedLoss } = impairment;
  const loss = estimatedLoss === null ? '' : `, about ${lossShare(estimatedLoss)} lost`;
  const was = before === null ? '' : ` (${rate(before)} before)`;
  return mrkdwn(`Since ${when}: ${rate(retransmissionsPerGiB)} retransmissions per GiB${was}${loss}`);
}

/** The worst that any monitor says, and whether AWS lists an issue of this place. */
function indicator({ nhi, evidence }: Report): string {
  const of = (state: Report['nhi'][number]['state']) => nhi.find((entry) => entry.state === state);
  const [worst] = [of('degraded'), of('unknown'), of('healthy')].filter((entry) => entry !== undefined);
  const said = worst
    ? `${worst.state} (${worst.monitor}: ${nhiFinding(worst)})`
    : "unknown, which is not 'healthy'";
  const issue = evidence.find((e) => e.code === 'health-issue' && e.supports === 'aws-infrastructure');
  const listed = issue ? `; AWS Health lists an issue here (${issue.data.code})` : '';
  return mrkdwn(`AWS's health indicator: ${said}${listed}`);
}

function next({ next: [step], target }: Report): string {
  if (!step) return mrkdwn(`Target: ${targetPlace(target)}`);
  const command = printed(step.command);
  return `Next: ${command.includes('`') ? mrkdwn(command) : `\`${entities(command)}\``} ${mrkdwn(step.why)}`;
}
