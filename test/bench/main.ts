import { type Account, serveAccount } from './account.ts';
import { type Organization, serveOrganization } from './organization.ts';
import { pace } from './pace.ts';
import { sweep } from './sweep.ts';
import { large, memory, startUp } from './weight.ts';

/*
 * npm run bench [-- start-up memory large sweep pace…]: what nfm costs, as ratios and counts taken in one run, because machines
 * differ and are shared. 'pace' takes the beginnings of its rows' names too: `npm run bench -- pace quiet 20`.
 * Ends non-zero where a limit is passed.
 */

const GROUPS: Record<string, (words: string[]) => void | Promise<void>> = {
  'start-up': startUp,
  memory,
  large,
  sweep,
  pace,
};

const [first, ...others] = process.argv.slice(2);
if (first === 'serve') await serveAccount(JSON.parse(others[0] ?? '') as Account);
else if (first === 'serve-organization') await serveOrganization(JSON.parse(others[0] ?? '') as Organization);
else if (first === undefined) for (const run of Object.values(GROUPS)) await run([]);
else await GROUPS[first]?.(others);
