import { printed } from '../model/command-line.ts';
import type { Report } from '../model/report.ts';
import { dateTime, lossShare, rate, span } from '../model/units.ts';
import { sanitizeDocument } from './sanitize.ts';
import { headline, nhiFinding, targetPlace, VERDICT_WORDS } from './words.ts';

/** Of a line: five of them are read at a glance, and fit into one text object, which takes 3,000 characters. */
const LONGEST = 590;

/**
 * Five lines of Slack's mrkdwn. https://docs.slack.dev/messaging/formatting-message-text
 */
export function renderSlack(report: Report): string {
  const seen = sanitizeDocument(report);
  return `${[verdict, summary, since, indicator, next].map((line) => line(seen)).join('\n')}\n`;
}

/**
 * Text that is nothing but text. Slack has entities for three characters, and without '<' there is no mention. What makes
 * bold, code, emoji and quotations has no escape, clients make mentions of names too, and its servers links of addresses:
 * a word joiner, which has no width, stands in each.
 */
export function mrkdwn(text: string, longest = LONGEST): string {
  const characters = [...text];
  let length = characters.length;
  let line = shown(characters, length);
  while (line.length > longest && length > 0) {
    length = Math.floor((length * longest) / (line.length + 1));
    line = shown(characters, length);
  }
  return line;
}

/** What would be more than text: after each joiner, the sign that makes it so. */
const SIGNS = /[*~`@#]|\b_|_\b|:(?=[\w+'-]+:)|(?<=:)\/\/|(?<=\bwww)\.|^(?=\s*>)/gi;

function shown(characters: readonly string[], length: number): string {
  const text = characters.slice(0, length).join('') + (length < characters.length ? '…' : '');
  return entities(text.replace(SIGNS, '\u2060$&'));
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
  const command = `Next: \`${entities(printed(step.command))}\` `;
  // Nothing in code can be escaped, and what was cut off or has signs in it that nobody sees must not be copied.
  if (command.split('`').length > 3 || command.length > LONGEST / 2)
    return mrkdwn(`Next: ${step.why} (the command stands in the report)`);
  return command + mrkdwn(step.why, LONGEST - command.length);
}
