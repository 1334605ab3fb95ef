import { judge } from '../../../src/judge/judge.ts';
import { FAMILIES } from './families/index.ts';
import { type Family, makeIncident, type Trial } from './incident.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Bursts, Tier } from './traffic.ts';

/** Spaces of seeds: nobody looks at the others while tuning. Each is for one run of one version (docs/verdict.md, 'Figures'). */
const FIRST_SEED = { tuning: 1_000_000, 'held-out': 500_000_000, 'held-out-2': 1_000_000_000 };
export type Seeds = keyof typeof FIRST_SEED;

export function isSeeds(name: string): name is Seeds {
  return Object.hasOwn(FIRST_SEED, name);
}

const TIERS: readonly Tier[] = ['low', 'normal', 'high', 'busy', 'fleet'];

/** Normal traffic is what the targets are for, and zero wrong blames show below 1 % from 300 on (Wilson). */
function repeats(family: Family, tier: Tier): number {
  const cells = family.sizes.length;
  const main = tier === 'normal' || tier === 'scarce';
  if (family.repeats) return main ? family.repeats.main : family.repeats.others;
  if (cells === 1) return main ? 40 : 10;
  return main ? 10 : 4;
}

/** A trial's seed depends on its own place only: a family that is added leaves the others as they were. */
export function trialsOf(
  seeds: Seeds,
  scale: number,
  { families = FAMILIES, bursts = 'measured' }: { families?: readonly Family[]; bursts?: Bursts } = {},
): Trial[] {
  return families.flatMap((family) =>
    family.sizes.flatMap((size) =>
      (family.tiers ?? TIERS).flatMap((tier) =>
        Array.from({ length: Math.max(1, Math.round(repeats(family, tier) * scale)) }, (_, i) => ({
          family: family.name,
          size,
          tier,
          bursts,
          seed: FIRST_SEED[seeds] + hash(`${family.name} ${size} ${tier} ${i}`),
        })),
      ),
    ),
  );
}

const BY_NAME = new Map(FAMILIES.map((family) => [family.name, family]));

export function incidentOf({ family: name, ...trial }: Trial) {
  const family = BY_NAME.get(name);
  if (!family) throw new Error(`There is no family ${name}.`);
  return makeIncident(family, trial);
}

export function run(trial: Trial): Outcome {
  const incident = incidentOf(trial);
  return outcomeOf(incident, judge(incident.data));
}

/** FNV-1a, cut to what fits between two spaces of seeds. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const char of text) h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return h % 400_000_000;
}
