import type { Facts } from './facts.ts';
import { quote } from './shell.ts';

/** Makes the monitors that the target lacks; with the VPC in it where only one can be meant. */
export async function monitorCommand(facts: Facts): Promise<string> {
  const { kind, id } = facts.target;
  const place = `--region ${facts.region}`;
  if (kind === 'vpc' || kind === 'cluster')
    return `nfm monitor create --${kind} ${quote(id ?? '')} --per-zone ${place}`;
  if (kind === 'subnet' || kind === 'zone') return `nfm monitor create --${kind} ${quote(id ?? '')} ${place}`;
  const vpcs = [...new Set((await facts.instances()).map((i) => i.vpcId))];
  return (
    vpcs.map((vpc) => `nfm monitor create --vpc ${vpc} --per-zone ${place}`).join('\n') ||
    `nfm monitor create --region-wide ${place}`
  );
}
