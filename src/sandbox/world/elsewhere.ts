import { stableHex } from '../wire/ids.ts';
import { ACCOUNT, REGION } from './demo.ts';
import { callerOf } from './permissions.ts';
import type { World } from './world.ts';

/* The demo's world, as it would stand in another account and Region. */

/** `ap-northeast-3` → `apne3`, as AWS begins the IDs of its zones. */
export function zonePrefix(region: string): string {
  const [geography = '', direction = '', number = ''] = region.split('-');
  const short = direction.replace(/north|south|east|west|central/g, (word) => word.charAt(0));
  return `${geography}${short}${number}`;
}

/** What carries no name of its own: AWS gives every resource an ID that no other has. */
const IDS = /\b(vpc|subnet|i|eni|sg|rtb|igw|nat|acl)-[0-9a-f]{17}\b/g;

/** Whatever the text of a world, or of a part of it, names of the demo's place is named of the other. */
export function elsewhere<T>(part: T, accountId: string, region: string): T {
  const text = JSON.stringify(part)
    .replaceAll(ACCOUNT, accountId)
    .replaceAll(REGION, region)
    .replaceAll(`"${zonePrefix(REGION)}-`, `"${zonePrefix(region)}-`)
    .replace(IDS, (id, kind: string) => `${kind}-0${stableHex(`${accountId}/${region}/${id}`, 16)}`);
  return JSON.parse(text);
}

/** As `elsewhere`, and asked by who has assumed the role of this name. */
export function worldElsewhere(
  world: World,
  { accountId, region, role }: Record<'accountId' | 'region' | 'role', string>,
): World {
  const caller = assumedRole(accountId, role);
  const text = JSON.stringify(elsewhere(world, accountId, region));
  return { ...JSON.parse(text.replaceAll(callerOf({ accountId }), caller)), caller };
}

/** How STS names who has assumed a role. */
export function assumedRole(accountId: string, role: string, session = 'nfm'): string {
  return `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`;
}
