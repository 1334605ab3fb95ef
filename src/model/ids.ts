/* arn:PARTITION:SERVICE:REGION:ACCOUNT:TYPE/NAME */

/** Whose a resource is, and where. */
export interface Owner {
  partition: string;
  region: string;
  accountId: string;
}

/** 'arn:aws:iam::123456789012:role/path/name' is called 'name'; what is no ARN is its own name. */
export function nameIn(arn: string): string {
  return arn.split('/').at(-1) ?? arn;
}

/** The Region is given: many ARNs name none. */
export function ownerOf(arn: string, region: string): Owner {
  const [, partition = 'aws', , , accountId = ''] = arn.split(':');
  return { partition, region, accountId };
}

export function arnOf(
  service: string,
  { partition, region, accountId }: Owner,
  type: string,
  name: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${type}/${name}`;
}

/** What can be named on a command line must look like this (patterns of the EC2, EKS and Network Flow Monitor APIs). */
export const FORMS = {
  vpc: { pattern: /^vpc-[0-9a-f]{8,17}$/, example: 'vpc-0123456789abcdef0' },
  subnet: { pattern: /^subnet-[0-9a-f]{8,17}$/, example: 'subnet-0123456789abcdef0' },
  cluster: { pattern: /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, example: 'my-cluster' },
  zone: { pattern: /^[a-z]{2,}[a-z0-9-]*\d[a-z0-9-]*$/, example: 'eu-central-1a or euc1-az2' },
  monitor: { pattern: /^[a-zA-Z0-9_.-]{1,255}$/, example: 'my-monitor' },
  region: { pattern: /^[a-z]{2,}(-[a-z]+)+-\d+$/, example: 'eu-central-1' },
  service: { pattern: /^(S3|DynamoDB)$/, example: 'S3 or DynamoDB' },
} as const satisfies Readonly<Record<string, { pattern: RegExp; example: string }>>;
