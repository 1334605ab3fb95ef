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
