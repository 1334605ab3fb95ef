import type { Case } from '../model/case.ts';
import { aws } from '../model/command-line.ts';
import type { Next } from '../model/report.ts';
import { isLocalZone } from '../model/service.ts';
import type { Decision } from './decision.ts';
import type { Observation } from './observe.ts';
import { reasonOf } from './place.ts';
import { isWidespread } from './verdict.ts';
import { shortZone } from './words.ts';

/*
 * What ends the harm before the cause is known: to leave the zone, to replace the instance. Each with what it does and
 * how it is undone.
 */

/**
 * Where a zone is impaired and others are not. Which load balancers may leave it only the account knows: ARC lists those
 * that allow it. https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.html
 */
export function leaveZone(data: Case, seen: Observation, { verdict }: Decision): Next[] {
  const { outlier, zones, where, end } = seen;
  if (!outlier || where.culprit || end !== null || isLocalZone(outlier.azId)) return [];
  if (verdict !== 'aws-infrastructure' && !(verdict === 'inconclusive' && isWidespread(seen))) return [];
  const isRefuge = (z: Observation['zones'][number]) =>
    z.azId !== outlier.azId && z.state === 'reporting' && !z.comparison.outlier && z.window.bytes > 0;
  if (!zones.some(isRefuge)) return [];
  const { region } = data.target;
  const zone = shortZone(data, outlier.azId);
  return [
    {
      command: aws('arc-zonal-shift list-managed-resources', {
        query: 'items[].[name,arn]',
        output: 'text',
        region,
      }),
      why: `what can leave ${zone}: load balancers and groups of this Region that allow a zonal shift`,
    },
    {
      command: aws('arc-zonal-shift start-zonal-shift', {
        'resource-identifier': 'ARN',
        'away-from': outlier.azId,
        'expires-in': '1h',
        comment: `retransmissions in ${zone}, seen by nfm`,
        region,
      }),
      why: `with an ARN of that list: new connections leave ${zone} for one hour; the other zones must have room for them`,
    },
    {
      command: aws('arc-zonal-shift cancel-zonal-shift', { 'zonal-shift-id': 'ID', region }),
      why: 'with the zonalShiftId of its answer: undo it before the hour is over',
    },
  ];
}

/** Where one instance is blamed: another in its place, or the same on another host. */
export function replaceInstance(
  { target: { region } }: Case,
  { where: { culprit }, end }: Observation,
  { verdict, reason }: Decision,
): Next[] {
  const instanceId = culprit?.member.identity.instanceId;
  if (end !== null || !instanceId) return [];
  const own = verdict === 'workload' && reasonOf(culprit) === 'instance-concentrated';
  if (!own && reason !== 'host-impaired') return [];
  const ids = { 'instance-ids': instanceId, region };
  return [
    {
      command: aws('autoscaling terminate-instance-in-auto-scaling-group', {
        'instance-id': instanceId,
        'no-should-decrement-desired-capacity': true,
        region,
      }),
      why: 'if an Auto Scaling group or a managed node group keeps it: another takes its place; nothing brings it back',
    },
    {
      command: aws('ec2 stop-instances', ids),
      why: 'if nothing keeps it: stopped and started again it runs on another host, with its disks and private address; what is in instance store is lost',
    },
    { command: aws('ec2 start-instances', ids), why: 'once it is stopped' },
  ];
}
