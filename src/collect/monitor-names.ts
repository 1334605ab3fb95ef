import { createHash } from 'node:crypto';
import type { Resource } from '../model/case.ts';

/** Longer names say less than the monitor itself. */
const LONGEST = 100;

/** The same resources give the same name, in whatever order they were typed: nfm-vpc-0abc-to-s3. */
export function derivedName(local: readonly Resource[], remote: readonly Resource[]): string {
  const from = side(local);
  return remote.length === 0 ? `nfm-${from}` : `nfm-${from}-to-${side(remote)}`;
}

export function remoteSuffix(remote: readonly Resource[]): string {
  return remote.length === 0 ? '' : `-to-${side(remote)}`;
}

function side(resources: readonly Resource[]): string {
  const words = resources.map(word).sort();
  const whole = words.join('-');
  if (whole.length <= LONGEST) return whole;
  const hash = createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 8);
  return `${words[0]?.slice(0, LONGEST)}-and-${words.length - 1}-more-${hash}`;
}

/** vpc-0abc, subnet-0abc, ap-northeast-3a, s3; a cluster's own name could be anything, so it says what it is. */
function word({ type, identifier }: Resource): string {
  const id = identifier.split('/').at(-1) ?? identifier;
  if (type === 'AWS::EKS::Cluster') return `cluster-${id}`;
  return type === 'AWS::AWSService' ? id.toLowerCase() : id;
}
