import type { Aws } from '../../aws/aws.ts';
import { eks, type Update } from '../../aws/eks.ts';
import type { Window } from '../../model/case.ts';
import type { Found, Told } from './found.ts';

/** Add-ons and node groups of one cluster that are looked at: EKS takes few calls a second. */
const MOST_PARTS = 20;
/** Updates of one part that are looked at. */
const MOST_UPDATES = 10;

type Part = { addonName: string } | { nodegroupName: string };

/** What EKS changed of a cluster, its add-ons and its node groups: updates have no time before each is looked at, parts have the time of their last. */
export async function updatesOf(aws: Aws, cluster: string, window: Window): Promise<Told> {
  const client = eks(aws);
  const [addons, groups] = await Promise.all([client.addonNames(cluster), client.nodegroupNames(cluster)]);
  const parts: Part[] = [
    ...addons.map((addonName) => ({ addonName })),
    ...groups.map((nodegroupName) => ({ nodegroupName })),
  ];
  const looked = await Promise.all(
    parts.slice(0, MOST_PARTS).map(async (part) => {
      const at =
        'addonName' in part
          ? (await client.addon(cluster, part.addonName)).modifiedAt
          : await client.nodegroupModifiedAt(cluster, part.nodegroupName);
      return at !== null && at >= window.start ? [part] : [];
    }),
  );
  let whole = parts.length <= MOST_PARTS;
  const lists = await Promise.all(
    [undefined, ...looked.flat()].map(async (part) => {
      const { ids, whole: isAll } = await client.updateIds(cluster, part);
      if (!isAll || ids.length > MOST_UPDATES) whole = false;
      const updates = await Promise.all(
        ids.slice(0, MOST_UPDATES).map((id) => client.update(cluster, id, part)),
      );
      return updates.flatMap((update) => (update ? [toFound(cluster, part, update)] : []));
    }),
  );
  return { found: lists.flat(), whole };
}

/** Values that say what it is now; the others may hold anything. */
const SAFE = /^(Version|PlatformVersion|ReleaseVersion|AddonVersion|DesiredSize|MinSize|MaxSize)$/;

function toFound(cluster: string, part: Part | undefined, { id, at, type, status, params }: Update): Found {
  const to = params.filter((p) => SAFE.test(p.type)).map((p) => `${p.type} ${p.value}`);
  const ended = status === 'Successful' ? [] : [`(${status})`];
  const what =
    part === undefined
      ? `cluster ${cluster}`
      : 'addonName' in part
        ? `add-on ${part.addonName} of cluster ${cluster}`
        : `node group ${part.nodegroupName} of cluster ${cluster}`;
  return {
    at,
    source: 'EKS',
    what: [type, ...to, ...ended].join(' '),
    by: null,
    where: what,
    ids: [],
    cluster,
    update: id,
  };
}
