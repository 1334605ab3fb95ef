import { parse as parseYaml } from 'yaml';
import type * as z from 'zod';
import { doctorSchema } from '../../src/model/doctor.ts';
import { errorSchema, healthSchema, zonesSchema } from '../../src/model/documents.ts';
import { EXIT, VERDICT_EXIT } from '../../src/model/errors.ts';
import { monitorListSchema, scopeListSchema } from '../../src/model/monitor-documents.ts';
import { reportSchema, type Verdict } from '../../src/model/report.ts';
import { topSchema } from '../../src/model/top.ts';
import { SCENARIOS } from '../../src/sandbox/scenarios/index.ts';
import type { Command, Run } from './plan.ts';
import { SECRETS } from './rules.ts';

export const COLUMNS = [
  'wrong blame',
  'false health',
  'turned',
  'unnamed loss',
  'hangs',
  'wrong codes',
  'stack traces',
  'secrets',
  'bad output',
] as const;

export interface Violation {
  column: (typeof COLUMNS)[number];
  what: string;
}

/** How a run ended, and what the faults took from it. */
export interface Outcome {
  /** Null: it had to be killed. */
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** Calls that a rule met. */
  hits: number;
  /** Actions whose last answer was taken away. */
  lost: ReadonlySet<string>;
}

const SCHEMAS: Readonly<Record<Command, z.ZodType>> = {
  triage: reportSchema,
  zones: zonesSchema,
  top: topSchema,
  health: healthSchema,
  doctor: doctorSchema,
  'monitor list': monitorListSchema,
  'scope list': scopeListSchema,
};

/** What a verdict rests on; the rest are names and witnesses. */
const EVIDENCE = /GetMetricData|ListMonitors|GetMonitor$|Query/;

/** They testify to an impairment: where there is none, nothing is asked of them. */
const WITNESSES =
  /GetAwsNetworkPerformanceData|DescribeInstanceStatus|LookupEvents|DescribeScalingActivities|ListAutoshifts|ListMetrics|ListUpdates|^health:/;

/** Any control, format or other unprintable character but the end of a line. */
const RAW = /[^\P{C}\n]/u;
const TRACE = /^\s+at .+:\d+:\d+\)?$|Something in nfm itself went wrong|Unhandled|node:internal/m;
const UNPRINTED = /\[object Object\]|\bundefined\b|\bInfinity\b/;

/** Where the recorded incident is. */
const PLACE = { azId: 'apne3-az3', podName: 'web-b' };

/** Judges a run by the scenario's truth and by what was taken away; never by what another run said. */
export function judgeRun(run: Run, outcome: Outcome): Violation[] {
  const found: Violation[] = [];
  const note = (column: Violation['column'], what: string) => void found.push({ column, what });
  const { code, stdout, stderr } = outcome;
  const all = `${stdout}\n${stderr}`;

  if (code === null && outcome.signal === 'SIGKILL') note('hangs', 'had to be killed');
  for (const [name, secret] of Object.entries(SECRETS)) {
    const forms = [secret, encodeURIComponent(secret), encodeURIComponent(encodeURIComponent(secret))];
    if (forms.some((form) => all.toLowerCase().includes(form.toLowerCase()))) note('secrets', name);
  }
  if (TRACE.test(all) || code === EXIT.bug) note('stack traces', firstLine(stderr || all));
  const raw = RAW.exec(run.format === 'csv' ? all.replaceAll('\r\n', '\n') : all);
  if (raw) note('bad output', `a raw character ${codePoint(raw[0])}`);
  const unprinted = UNPRINTED.exec(all);
  if (unprinted) note('bad output', `prints '${unprinted[0]}'`);
  if (code === null) return found;

  const verdictOfCode = verdictBy(run, code);
  const ok = code === 0 || verdictOfCode !== undefined;
  const right = run.rule.codes ?? [0, EXIT.refused, EXIT.other];
  const asRuled = outcome.hits === 0 ? ok : (ok && right.includes(0)) || right.includes(code);
  if (!asRuled) note('wrong codes', `exit ${code}, not ${right.join(', ')}: ${firstLine(stderr)}`);
  if (!ok) {
    if (stdout !== '') note('bad output', `stdout beside an error: ${firstLine(stdout)}`);
    const told = run.format === 'json' ? isErrorDocument(stderr) : /^error: /m.test(stderr);
    if (!told) note('bad output', `exit ${code} without an error: ${firstLine(stderr)}`);
    return found;
  }

  const document = read(run, stdout, (what) => note('bad output', what));
  if (run.rule.lies) return found;
  let lost = [...outcome.lost];
  // The doctor asks whether there are rows, not what they say.
  if (run.command === 'doctor' && run.rule.kind === 'field')
    lost = lost.filter((action) => !/QueryResults/.test(action));
  const evidence = lost.filter((action) => EVIDENCE.test(action));
  if (run.command === 'triage') {
    const report = document as {
      verdict?: Verdict;
      confidence?: string;
      location?: Partial<typeof PLACE>;
    } | null;
    if (report?.verdict && verdictOfCode && report.verdict !== verdictOfCode) {
      note('wrong codes', `exit ${code} for ${report.verdict}`);
    }
    const verdict = report?.verdict ?? verdictOfCode;
    const real = truthOf(run);
    if (run.rule.isWitness && verdict && verdict !== real)
      note('turned', `${verdict} where the truth is ${real}`);
    if ((verdict === 'workload' || verdict === 'aws-infrastructure') && verdict !== real) {
      note('wrong blame', `${verdict} where the truth is ${real}`);
    } else if (verdict === 'workload' || verdict === 'aws-infrastructure') {
      const { azId, podName } = report?.location ?? {};
      if (azId && azId !== PLACE.azId) note('wrong blame', `the zone ${azId}`);
      if (podName && podName !== PLACE.podName && run.rule.kind !== 'hostile')
        note('wrong blame', `the pod ${podName}`);
    }
    if (verdict === 'no-impairment' || verdict === 'no-data')
      lost = lost.filter((action) => !WITNESSES.test(action));
    if (verdict === 'no-impairment' && real !== 'no-impairment') {
      note('false health', `no-impairment (${report?.confidence}) where the truth is ${real}`);
    } else if (verdict === 'no-impairment' && report?.confidence === 'high' && evidence.length > 0) {
      note('false health', `no-impairment, high, without ${evidence.join(', ')}`);
    }
  }
  if (document) healthOfLists(run, document, note);
  if (lost.length > 0 && !isEnough(run) && !isNamed(run, document, stdout, stderr)) {
    note('unnamed loss', `nothing says that ${lost.join(', ')} was lost`);
  }
  return found;
}

/** Fargate's pods are in a zone of their own, outside every target that a plan narrows to. */
const IN_ANOTHER_ZONE = 'fargate';

function truthOf({ scenario, args }: Run): Verdict {
  const isNarrow = args.includes('--zone') || args.includes('demo-zone-b');
  if (scenario === IN_ANOTHER_ZONE && isNarrow) return 'no-impairment';
  // What else happens at once with the first one's loss is no part of the verdict.
  const [first] = scenario.split('+');
  return SCENARIOS.find(({ name }) => name === first)?.verdict ?? 'no-impairment';
}

function verdictBy({ args }: Run, code: number): Verdict | undefined {
  if (!args.includes('--exit-code')) return undefined;
  return (Object.keys(VERDICT_EXIT) as Verdict[]).find((verdict) => VERDICT_EXIT[verdict] === code);
}

/** The document, whole and as published; null where the format holds none. */
function read(run: Run, stdout: string, bad: (what: string) => void): object | null {
  if (run.format === 'csv') {
    if (!stdout.endsWith('\n')) bad('CSV that does not end a line');
    return null;
  }
  if (run.format !== 'json' && run.format !== 'yaml') {
    if (stdout === '') bad('nothing on stdout');
    return null;
  }
  try {
    const document = run.format === 'json' ? JSON.parse(stdout) : parseYaml(stdout);
    const { error } = SCHEMAS[run.command].safeParse(document);
    if (error) bad(`not as its schema: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`);
    return document;
  } catch (error) {
    bad(`no whole ${run.format}: ${error instanceof Error ? firstLine(error.message) : error}`);
    return null;
  }
}

/** Zones and indicators that look well where something is wrong; causes that are none. */
function healthOfLists(
  run: Run,
  document: object,
  note: (column: Violation['column'], what: string) => void,
): void {
  const { items = [] } = document as { items?: Record<string, unknown>[] };
  const real = truthOf(run);
  if (run.command === 'zones' && (real === 'workload' || real === 'aws-infrastructure')) {
    const zone = items.find(({ azId }) => azId === PLACE.azId);
    if (zone?.state === 'reporting' && zone.retransmissions === 0) {
      note('false health', `the zone reports, with 0 retransmissions, where the truth is ${real}`);
    }
  }
  if (run.command === 'health' && real === 'aws-infrastructure') {
    const wrong = items.find(
      ({ monitor, state }) => state === 'healthy' && /vpc|zone-b/.test(String(monitor)),
    );
    if (wrong) note('false health', `${wrong.monitor} is healthy where AWS is degraded`);
  }
  if (run.command === 'health' && real !== 'aws-infrastructure') {
    const wrong = items.find(({ state }) => state === 'degraded');
    if (wrong) note('wrong blame', `${wrong.monitor} is degraded where AWS is healthy`);
  }
  if (run.command === 'doctor') {
    const { cause, checks } = document as {
      cause: string | null;
      checks: { id: string; symptom: boolean }[];
    };
    const real = SCENARIOS.find(({ name }) => name === run.scenario)?.cause ?? null;
    // That calls were refused is a cause of its own; a symptom stands where what is behind it cannot be read.
    const isSymptom = checks.some(({ id, symptom }) => id === cause && symptom);
    if (cause !== null && cause !== real && cause !== 'permissions' && !isSymptom) {
      note('wrong blame', `the cause ${cause}, where it is ${real}`);
    }
  }
}

/** The doctor needs one proof, and one list that answers is enough; a monitor that was deleted is rightly not listed. */
function isEnough({ command, rule }: Run): boolean {
  const some = rule.share !== undefined || rule.skip !== undefined || rule.times !== undefined;
  return (command === 'doctor' && some) || (command === 'monitor list' && rule.kind === 'vanished');
}

/** Does the answer say that something could not be read? */
function isNamed(
  { command, format, rule }: Run,
  document: object | null,
  stdout: string,
  stderr: string,
): boolean {
  if (stderr.trim() !== '') return true;
  if (document && command === 'doctor') {
    const { checks } = document as { checks: { status: string }[] };
    return checks.some(({ status }) => status === 'unknown' || status === 'fail' || status === 'warn');
  }
  if (document) {
    const { gaps = [] } = document as { gaps?: { effect?: string }[] };
    return rule.isWitness
      ? gaps.some(({ effect }) => /^A witness is missing/.test(effect ?? ''))
      : gaps.length > 0;
  }
  // A list of cells has no place for what is missing but the empty cell.
  if (format === 'csv') return true;
  return /What is missing|incomplete|unknown|not known|\?/i.test(stdout);
}

function isErrorDocument(stderr: string): boolean {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  try {
    return errorSchema.safeParse(JSON.parse(last)).success;
  } catch {
    return false;
  }
}

function firstLine(text: string): string {
  return JSON.stringify((text.trim().split('\n')[0] ?? '').slice(0, 160));
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
