import { getProfileName, loadConfig, parseKnownFiles } from '@smithy/core/config';
import { closest } from '../model/closest.ts';
import { ConfigurationError } from '../model/errors.ts';
import { Files } from './profile-files.ts';

/** A section of the shared configuration and credentials files. */
export type Section = Readonly<Record<string, string | undefined>>;

/** The section of the profile that counts; empty where no file has a default. A profile that is named must exist. */
export async function readProfile(profile: string | undefined, env: Section): Promise<Section> {
  const files = await parseKnownFiles({ ignoreCache: true });
  const name = profile ?? getProfileName({});
  const section = files[name];
  if (section) return section;
  if (profile === undefined && !env.AWS_PROFILE) return {};
  const written = new Files(env);
  const unprefixed = written.unprefixed(name);
  const stray = written.stray(name);
  const names = profileNames(files);
  const near = closest(name, names);
  throw new ConfigurationError('unknown-profile', `There is no profile '${name}'.`, {
    hint: unprefixed
      ? `${unprefixed} has [${name}]; in that file it has to be [profile ${name}].`
      : stray
        ? `${stray} is neither 'key = value' nor a section nor a comment.`
        : near
          ? `Did you mean '${near}'?`
          : names.length
            ? `Profiles: ${names.join(', ')}.`
            : "No profile is configured: 'aws configure' or 'aws configure sso' makes one.",
  });
}

/** Sections such as [sso-session x] and [services x] are kept in the same map. */
export function profileNames(files: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(files).filter((name) => !/^(sso-session|services)\./.test(name));
}

/** One setting: from the environment, else from the profile in the configuration file. */
export function setting(
  profile: string | undefined,
  fromEnv: (env: Section) => string | undefined,
  fromFile: (section: Section, file: Readonly<Record<string, Section | undefined>>) => string | undefined,
): Promise<string | undefined> {
  return loadConfig<string | undefined>(
    {
      environmentVariableSelector: fromEnv,
      configFileSelector: (section, file) => fromFile(section, file ?? {}),
      default: undefined,
    },
    profile === undefined ? {} : { profile },
  )();
}
