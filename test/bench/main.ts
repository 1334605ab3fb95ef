import { type Account, serveAccount } from './account.ts';
import { pace } from './pace.ts';
import { large, memory, startUp } from './weight.ts';

/*
 * npm run bench [-- start-up memory large pace…]: what nfm costs, as ratios and counts taken in one run, because machines
 * differ and are shared. 'pace' takes the beginnings of its rows' names too: `npm run bench -- pace quiet 20`.
 * Ends non-zero where a limit is passed.
 */

const GROUPS: Record<string, (words: string[]) => void | Promise<void>> = {
  'start-up': startUp,
  memory,
  large,
  pace,
};

const [first, ...others] = process.argv.slice(2);
if (first === 'serve') await serveAccount(JSON.parse(others[0] ?? '') as Account);
else if (first === undefined) for (const run of Object.values(GROUPS)) await run([]);
else await GROUPS[first]?.(others);
