import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { NetworkHandler } from './network.ts';
import type { Section } from './profile.ts';

/** Who asks, and by which connections. */
export interface Identity {
  credentials: AwsCredentialIdentityProvider;
  requestHandler: NetworkHandler;
}

/** One for each profile, for as long as the files say the same of it, or until AWS does not take it. */
export class Identities {
  readonly #known = new Map<string, { said: string; identity: Identity }>();

  of(profile: string | undefined, section: Section, open: () => Identity): Identity {
    const name = profile ?? '';
    const said = JSON.stringify(section);
    const known = this.#known.get(name);
    if (known?.said === said) return known.identity;
    const identity = open();
    this.#known.set(name, { said, identity });
    return identity;
  }

  /** The next run asks for credentials anew. */
  forget(): void {
    this.#known.clear();
  }
}
