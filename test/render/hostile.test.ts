import { describe, expect, test } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import type { Case } from '../../src/model/case.ts';
import type { Report } from '../../src/model/report.ts';
import { REPORT_SCHEMA } from '../../src/model/schema-names.ts';
import { renderTriageHtml } from '../../src/render/html/triage.ts';
import { renderSlack } from '../../src/render/slack.ts';
import { buildCase, fleet } from '../judge/build.ts';
import { readRecording } from '../lab/recording.ts';
import { toCase } from '../lab/to-case.ts';
import { textPaths, withText } from '../model/filled.ts';
import { foreignIn } from './page.ts';
import { formattedIn } from './slack.ts';

/* Whatever a case calls its things: in every field of it that holds text, found by its schema. */

const EVIL = `</style><script>pwned</script>"'><img src=x onerror=pwned> onload="pwned" style="color:red" javascript:pwned
--pwned</title>\u202e\u0000\u001b[2J &lt; <!channel> @here <@U1> :fire: *b* \`c\` www.pwned.example https://pwned.example > `;
const evil = (was: string) => `${EVIL}${was}`;

/** As `--case` reads a file: a fix is the value that is written beside its text. */
function reportOf(data: Case): Report {
  const read = <G extends Case['gaps'][number]>(gap: G): G => ({ ...gap, fix: gap.said ?? gap.fix });
  const { gaps, witnesses, collectedAt } = data;
  const given: Case = {
    ...data,
    gaps: gaps.map(read),
    ...(witnesses && { witnesses: { ...witnesses, missing: witnesses.missing.map(read) } }),
  };
  return {
    schema: REPORT_SCHEMA,
    generatedAt: collectedAt,
    tool: { name: 'nfm', version: '0' },
    ...judge(given),
  };
}

/** Whether any of it can be seen. */
function expectHarmless(data: Case, where: string): boolean {
  const report = reportOf(data);
  const page = renderTriageHtml([report]);
  expect(foreignIn(page), where).toEqual([]);
  expect(formattedIn(renderSlack(report)), where).toEqual([]);
  return page.includes('pwned');
}

const paths = textPaths();

describe('a hostile text in a case', () => {
  test('in each field by itself, without a verdict', () => {
    const base = buildCase({ pods: fleet(['az1'], 1), monitors: 'none', flows: false });
    const seen = paths.filter((path) =>
      expectHarmless(
        withText(base, evil, (one) => one === path),
        path,
      ),
    );
    expect(seen.length).toBeGreaterThan(30);
  });

  test('in each part, and in all of it, where a pod is blamed', () => {
    const base = toCase(readRecording('pod-3.2az'), { minutes: 30 }).data;
    // With another word for a status or a kind, the verdict is another, and less of what is named is told.
    const isName = (path: string) =>
      !/(\.(status|category|type|componentType|namespace|azId)|[zZ]ones\[\])$/.test(path);
    const partOf = (path: string) => /^\w+/.exec(path)?.[0];
    const seen = [...new Set(paths.map(partOf))].filter((part) =>
      expectHarmless(
        withText(base, evil, (path) => isName(path) && partOf(path) === part),
        `names in ${part}`,
      ),
    );
    const told = 'target zones monitors flows coverage agents witnesses changes gaps diagnosis'.split(' ');
    expect(seen).toEqual(expect.arrayContaining(told));
    expect(expectHarmless(withText(base, evil, isName), 'all names')).toBe(true);
    expect(expectHarmless(withText(base, evil), 'all')).toBe(true);
  });
});
