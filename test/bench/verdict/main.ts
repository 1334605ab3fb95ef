import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Trial } from './incident.ts';
import type { Outcome } from './outcome.ts';
import { isSeeds, run, trialsOf } from './plan.ts';
import { print } from './print.ts';
import { reference } from './reference.ts';
import { headline, reached } from './score.ts';
import { speed } from './speed.ts';
import type { Bursts } from './traffic.ts';

/*
 * npm run bench:verdict [-- --seeds held-out] [--part 0.2] [--family NAME]… [--tier NAME]… [--json FILE] [--no-speed]
 *   [--bursts heavy] [--reference]
 * Ends non-zero where a target is missed.
 */

/** As many workers as most machines have cores to spare. */
const WORKERS = 2;

/** A share of three times so many is known to some three hundredths. */
const REFERENCE_TRIALS = 200;

if (isMainThread) await main();
else parentPort?.postMessage((workerData as Trial[]).map(run));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: 'tuning' },
      part: { type: 'string' },
      family: { type: 'string', multiple: true },
      tier: { type: 'string', multiple: true },
      json: { type: 'string' },
      speed: { type: 'boolean', default: true },
      bursts: { type: 'string', default: 'measured' },
      reference: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  const bursts: Bursts = values.bursts === 'heavy' ? 'heavy' : 'measured';
  if (values.reference) {
    process.stdout.write(`${reference(REFERENCE_TRIALS, bursts)}\n`);
    return;
  }
  const { seeds } = values;
  if (!isSeeds(seeds)) throw new Error(`There are no seeds '${seeds}'.`);
  const trials = trialsOf(seeds, values.part === undefined ? 1 : Number(values.part), { bursts }).filter(
    ({ family, tier }) =>
      (!values.family || values.family.includes(family)) && (!values.tier || values.tier.includes(tier)),
  );
  const started = performance.now();
  const parts = Array.from({ length: WORKERS }, (_, w) => trials.filter((_, i) => i % WORKERS === w));
  const outcomes = (await Promise.all(parts.map(inWorker))).flat();
  const order = new Map(trials.map(({ seed }, i) => [seed, i]));
  outcomes.sort((a, b) => (order.get(a.seed) ?? 0) - (order.get(b.seed) ?? 0));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `${trials.length} incidents, ${seeds} seeds, ${bursts} bursts, ${seconds} s\n\n${print(outcomes)}\n`,
  );
  if (values.json) writeFileSync(values.json, JSON.stringify(outcomes));
  let met = Boolean(values.family ?? values.tier) || headline(outcomes).every(reached);
  if (values.speed) {
    const cost = speed();
    process.stdout.write(`\n${cost.text}\n`);
    met &&= cost.met;
  }
  process.exitCode = met ? 0 : 1;
}

function inWorker(trials: Trial[]): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: trials });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
