import type { Instance } from '../aws/ec2.ts';
import { isOlder } from './agent.ts';
import type { Facts } from './facts.ts';

interface System {
  /** Null where nobody tells. */
  name: string | null;
  version: string;
  kernel: string | null;
}

/** By Systems Manager; else by the name of the image. Windows by EC2 itself. */
export async function systemOf(facts: Facts, instance: Instance): Promise<System> {
  if (/windows/i.test(instance.platform)) return { name: 'Windows', version: '', kernel: null };
  const managed = await facts.managed().then(
    (all) => all.get(instance.id),
    () => undefined,
  );
  if (!managed) {
    const image = (await facts.imageNames().catch(() => new Map<string, string>())).get(
      instance.imageId ?? '',
    );
    return image ? ofImage(image) : { name: null, version: '', kernel: null };
  }
  const packages = (await facts.packages(instance).catch(() => null)) ?? [];
  // The agent shows among them too; of several kernels the newest runs after a restart.
  const kernel = packages
    .filter((p) => /^(kernel|linux)/.test(p.name))
    .map((p) => p.version)
    .reduce<string | null>((best, v) => (best === null || isOlder(best, v) ? v : best), null);
  return { name: managed.platformName, version: managed.platformVersion, kernel };
}

const IMAGES: readonly (readonly [RegExp, string, string])[] = [
  [/al2023/i, 'Amazon Linux', '2023'],
  [/amzn2/i, 'Amazon Linux', '2'],
  [/ubuntu.*?(\d\d\.\d\d)/i, 'Ubuntu', ''],
  [/debian-(\d+)/i, 'Debian GNU/Linux', ''],
  [/RHEL-(\d+(\.\d+)?)/i, 'Red Hat Enterprise Linux', ''],
  [/suse-sles-15-sp(\d)/i, 'SLES', '15.'],
];

function ofImage(image: string): System {
  const found = IMAGES.find(([pattern]) => pattern.test(image));
  if (!found) return { name: null, version: '', kernel: null };
  const [pattern, name, version] = found;
  const inName = pattern.exec(image)?.[1] ?? '';
  return { name, version: `${version}${inName}`, kernel: /kernel-(\d+\.\d+)/.exec(image)?.[1] ?? null };
}

/** What the agent says itself where it is older: 'Kernel version at or above 5.8 expected'. */
const OLDEST_KERNEL = '5.8';

/** With the agent tested by AWS, and known to fail (facts of the agent's repository and packages). */
const TESTED: readonly (readonly [RegExp, RegExp])[] = [
  [/^Amazon Linux/, /^(2|2023)(\.|$)/],
  [/^Red Hat/, /^9(\.|$)/],
  [/^SLES|SUSE/, /^15[.-]?(SP)?[67]/],
  [/^Debian/, /^1[12](\.|$)/],
  [/^Ubuntu/, /^2[24]\.04/],
];
const FAILING: readonly (readonly [RegExp, RegExp])[] = [
  [/^SLES|SUSE/, /^15[.-]?(SP)?[0-5]$/],
  [/^Ubuntu/, /^(1\d|20)\./],
];

/** What is left where no agent can be. */
export const OTHER_END = 'Until then, what it exchanges with instances that have an agent is measured there.';

interface Judged {
  verdict: 'known' | 'untested' | 'impossible' | 'unknown';
  why: string;
}

export function judgeSystem({ name, version, kernel }: System): Judged {
  if (name === null || name === '') return { verdict: 'unknown', why: '' };
  if (/windows/i.test(name))
    return { verdict: 'impossible', why: `there is no agent for Windows. ${OTHER_END}` };
  if (kernel && isOlder(kernel, OLDEST_KERNEL)) {
    return {
      verdict: 'impossible',
      why: `the agent needs kernel ${OLDEST_KERNEL} or newer. No call mends that: start it anew from an image that has one, such as Amazon Linux 2023 (6.1). ${OTHER_END}`,
    };
  }
  const on = ([names, versions]: readonly [RegExp, RegExp]) => names.test(name) && versions.test(version);
  if (FAILING.some(on)) {
    return {
      verdict: 'impossible',
      why: 'the agent is known to fail on it. AWS has tested Amazon Linux 2023, RHEL 9, SLES 15 SP6, Debian 11 and 12, and Ubuntu 22.04 and 24.04: start it anew from an image of one of these.',
    };
  }
  // Its images had kernel 4.14 for years.
  const doubtful = name === 'Amazon Linux' && version === '2' && kernel === null;
  return { verdict: TESTED.some(on) && !doubtful ? 'known' : 'untested', why: '' };
}
