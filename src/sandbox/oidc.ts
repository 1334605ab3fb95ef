import { stableHex } from './wire/stable-id.ts';
import type { World } from './world.ts';

/* The identity provider that every cluster has, by which roles can trust its service accounts (IRSA). */

export function clusterId({ accountId, region }: World, cluster: string): string {
  return stableHex(`${accountId}/${region}/${cluster}`, 32).toUpperCase();
}

/** The issuer's URL without its scheme. */
export function issuerOf(world: World, cluster: string): string {
  return `oidc.eks.${world.region}.amazonaws.com/id/${clusterId(world, cluster)}`;
}

export function providerArn(world: World, cluster: string): string {
  return `arn:aws:iam::${world.accountId}:oidc-provider/${issuerOf(world, cluster)}`;
}
