import type { IamOperation } from './input.ts';

export const listOpenIdConnectProviders: IamOperation = (_, { world }) => ({
  OpenIDConnectProviderList: world.oidcProviders.map((Arn) => ({ Arn })),
});
