import path from 'node:path';
import { parseArgs } from 'node:util';
import { COLUMNS } from './oracle.ts';
import { plan, type Run } from './plan.ts';
import { KINDS, type Kind } from './rules.ts';
import { type Result, Suite } from './suite.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    replay: { type: 'string' },
    few: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '4' },
    bin: { type: 'string', default: 'bin/nfm.js' },
    'save-case': { type: 'string' },
  },
});

const seed = Number(values.seed);
const kinds = values.only ? KINDS.filter((kind) => values.only?.includes(kind)) : KINDS;
if (kinds.length === 0) throw new Error(`--only takes one of ${KINDS.join(', ')}`);
const count = values.few ? kinds.length : Number(values.runs);
const indices = values.replay ? [Number(values.replay)] : Array.from({ length: count }, (_, i) => i);
const saving = values['save-case'] === undefined ? [] : ['--save-case', values['save-case']];
const runs = indices
  .map((index) => plan(seed, index, kinds))
  .map((run) => ({ ...run, args: [...run.args, ...saving] }));

const suite = new Suite(path.resolve(values.bin));
const started = performance.now();
const print = (text: string) => process.stdout.write(`${text}\n`);
const results = await suite.all(runs, Number(values.jobs), (result) => {
  if (result.violations.length > 0) print(describe(result));
});
await suite.close();
if (values.replay) {
  for (const { outcome } of results)
    print(`${outcome.stdout}\n--- stderr\n${outcome.stderr}\n--- exit ${outcome.code}`);
}
print('');
print(table(results));
print(`\n${results.length} runs, seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = results.some(({ violations }) => violations.length > 0) ? 1 : 0;

function describe({ run, violations, outcome, millis }: Result): string {
  const head = `#${run.index} ${run.rule.kind} (${run.rule.name}) · ${run.scenario} · nfm ${run.args.join(' ')} · exit ${outcome.code} · ${Math.round(millis / 1000)} s`;
  return [head, ...violations.map(({ column, what }) => `    ${column}: ${what}`), `    ${replay(run)}`].join(
    '\n',
  );
}

function replay({ seed, index }: Run): string {
  const only = values.only ? values.only.map((kind) => ` --only ${kind}`).join('') : '';
  return `npm run faults -- --seed ${seed}${only} --replay ${index}`;
}

/** A line a kind, a column for each way to be wrong. */
function table(all: readonly Result[]): string {
  const head = ['kind', 'runs', 'met', ...COLUMNS];
  const line = (name: string, some: readonly Result[]) => [
    name,
    String(some.length),
    String(some.filter(({ outcome }) => outcome.hits > 0).length),
    ...COLUMNS.map((column) =>
      String(some.filter(({ violations }) => violations.some((v) => v.column === column)).length),
    ),
  ];
  const of = (kind: Kind) => all.filter(({ run }) => run.rule.kind === kind);
  const rows = [head, ...kinds.map((kind) => line(kind, of(kind))), line('all', all)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
