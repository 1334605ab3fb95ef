import { printed, textOf, toAdvice } from '../model/command-line.ts';
import type { DoctorDocument } from '../model/doctor.ts';
import type { Report } from '../model/report.ts';
import { groupedGaps } from './gaps.ts';
import { sanitizeDocument } from './sanitize.ts';
import { facts, headline, VERDICT_WORDS } from './words.ts';

/* What a model reads first of a report: the finding, what is missing, what next. The document stands beside it. */

export function renderBrief(document: Report | DoctorDocument): string {
  const seen = sanitizeDocument(document);
  return `${('verdict' in seen ? triage(seen) : doctor(seen)).join('\n')}\n`;
}

function triage(report: Report): string[] {
  const missing = groupedGaps(report.gaps).map(({ effects, fix }) =>
    [...effects, ...(fix ? [`Fix: ${textOf(fix)}`] : [])].join(' '),
  );
  return [
    `${VERDICT_WORDS[report.verdict]}: ${headline(report)}`,
    report.summary,
    ...facts(report).map(({ label, text }) => `${label}: ${text}`),
    ...listed('Missing:', missing),
    ...listed(
      'Next:',
      report.next.map(({ command, why }) => `${printed(command)}  # ${why}`),
    ),
  ];
}

function doctor({ cause, summary, checks }: DoctorDocument): string[] {
  const failing = checks.filter(({ status }) => status === 'fail');
  const [first] = failing.filter(({ id }) => id === cause);
  const commands = toAdvice(first?.fix ?? '').commands;
  return [
    cause === null ? 'Nothing fails.' : `Cause: ${cause}`,
    summary,
    ...listed(
      'Failing:',
      failing.map(({ id, finding }) => `${id}: ${finding}`),
    ),
    ...listed(
      'Fix, which changes AWS or the cluster:',
      commands.map((command) => printed(command)),
    ),
  ];
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `- ${line}`)];
}
