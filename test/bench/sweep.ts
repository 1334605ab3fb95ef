import { fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { check, say } from './checks.ts';
import type { Asked, Organization } from './organization.ts';
import { ENV, NFM } from './weight.ts';

/** Network Flow Monitor's own limits are not published; a few calls a second is what others of its kind take. */
const SERVICE = { monitors: 20, latency: 60, rate: 10, bad: 50 };
const REGIONS = 17;
const ACCOUNTS = [10, 25, 50];

/** Two calls for each account and Region, and a closer look where something may stand out: 20 monitors, one in fifty. */
const CALLS_OF_PLACE = 4;
const MEBIBYTES_OF_50 = 500;
/** GetMetricData: $0.01 for 1,000 metrics that are asked for (aws.amazon.com/cloudwatch/pricing). */
const DOLLARS = 0.01 / 1000;

interface Measured extends Asked {
  seconds: number;
  mebibytes: number;
  stands: number;
}

/** A sweep of organizations of three sizes: how calls, cost, time and memory grow. */
export async function sweep(): Promise<void> {
  say('      accounts  places  monitors   calls  throttled  metrics   cost     wall    memory');
  const measured: Measured[] = [];
  for (const accounts of ACCOUNTS) {
    const own = await measure({ ...SERVICE, accounts });
    measured.push(own);
    const cells = [
      [accounts, 8],
      [accounts * REGIONS, 8],
      [accounts * REGIONS * SERVICE.monitors, 10],
      [total(own), 8],
      [own.throttled, 11],
      [own.metrics, 9],
      [`$${(own.metrics * DOLLARS).toFixed(2)}`, 7],
      [`${own.seconds.toFixed(1)} s`, 9],
      [`${own.mebibytes} MiB`, 10],
    ] as const;
    say(
      `      ${cells.map(([text, width]) => String(text).padStart(width)).join('')}  ${own.stands} stand out`,
    );
  }
  const [small, , large] = measured;
  if (!small || !large) throw new Error('nothing was measured');
  const places = 50 * REGIONS;
  say(
    `      of 50 accounts: ${Object.entries(large.calls)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}`,
  );
  check('calls of 50 accounts over those of 10', total(large) / total(small), 5.2);
  check('wall time of 50 accounts over that of 10', large.seconds / small.seconds, 6);
  check('calls for an account and Region', (total(large) - large.throttled) / places, CALLS_OF_PLACE);
  check('metrics for a monitor', large.metrics / (places * SERVICE.monitors), 3.3);
  check('peak memory of 50 accounts', large.mebibytes, MEBIBYTES_OF_50, ' MiB');
}

function total({ calls }: Asked): number {
  return Object.values(calls).reduce((sum, n) => sum + n, 0);
}

async function measure(organization: Organization): Promise<Measured> {
  const server = fork(fileURLToPath(import.meta.url), ['serve-organization', JSON.stringify(organization)]);
  const told = <T>() =>
    new Promise<T>((resolve) => server.once('message', (message) => resolve(message as T)));
  const endpoint = await told<string>();
  const report = 'process.on("exit",()=>process.stderr.write("\\nmaxRSS "+process.resourceUsage().maxRSS))';
  const args = ['sweep', '--region', 'all', '--accounts', 'org', '--role', 'bench', '-o', 'json'];
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${report}`, NFM, ...args], {
    env: {
      ...ENV,
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-central-1' },
      ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`nfm sweep ended with ${code}: ${stderr.slice(0, 500)}`);
  server.send('asked');
  const asked = await told<Asked>();
  server.disconnect();
  const document = JSON.parse(stdout);
  const wanted = organization.accounts * REGIONS * organization.monitors;
  if (document.asked.monitors !== wanted)
    throw new Error(`${document.asked.monitors} of ${wanted} monitors were seen`);
  const { degraded = 0, worse = 0, silent = 0 } = document.states;
  const stands = degraded + worse + silent;
  if (stands !== asked.bad) throw new Error(`${stands} stand out, and ${asked.bad} are bad`);
  const mebibytes = Math.round(Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024);
  return { ...asked, seconds, mebibytes, stands };
}
