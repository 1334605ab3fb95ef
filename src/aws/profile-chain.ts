import { existsSync } from 'node:fs';
import { getProfileName, parseKnownFiles } from '@smithy/core/config';
import { closest } from '../model/closest.ts';
import { type Advice, advise, aws, type CommandLine } from '../model/command-line.ts';
import { profileNames, type Section } from './profile.ts';
import { Files } from './profile-files.ts';

/*
 * Where a profile's credentials come from, by the files alone: looked at only after they could not be had, to say what
 * is wrong in which file. The SDK names neither
 * (docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
 */

export interface Origin {
  /** The profile at the end of the chain, and where it stands: "profile 'dev' (~/.aws/config:12)". */
  profile: string;
  words: string;
  kind: 'keys' | 'process' | 'sso' | 'login' | 'web-identity' | 'source' | 'none';
  /** What the files have wrong. */
  fault: Fault | null;
}

interface Fault {
  message: string;
  hint: Advice;
}

type Profiles = Readonly<Record<string, Section | undefined>>;

/** Null where no profile is meant: then it is the environment, a container or an instance. */
export async function originOf(profile: string | undefined, env: Section): Promise<Origin | null> {
  const half = profile === undefined ? halfOf(env, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY') : null;
  if (half) {
    const message = `The environment has ${half.has} and no ${half.lacks}.`;
    const hint = advise(`Set both, or neither: unset ${half.has}`);
    return { profile: '', words: 'the environment', kind: 'keys', fault: { message, hint } };
  }
  const profiles = await parseKnownFiles({});
  const name = profile ?? getProfileName({});
  return profiles[name] ? follow(name, profiles, new Files(env), []) : null;
}

/** As the SDK goes from a profile to the one that its role is assumed with. */
function follow(name: string, profiles: Profiles, files: Files, before: readonly string[]): Origin {
  const section = profiles[name] ?? {};
  const words = `profile '${name}'${files.place('profile', name)}`;
  const origin = (kind: Origin['kind'], fault: Fault | null = null): Origin => ({
    profile: name,
    words,
    kind,
    fault,
  });
  const wrong = (what: string, hint: Advice) => origin('none', { message: `${upper(words)} ${what}.`, hint });
  const set = (key: string, value: string) => aws(`configure set ${key}`, { profile: name }, value);
  const anew = aws('configure', { profile: name });

  const half = halfOf(section, 'aws_access_key_id', 'aws_secret_access_key');
  if (half) return wrong(`has ${half.has} and no ${half.lacks}`, advise('Give it both:', anew));
  const keys = section.aws_access_key_id !== undefined;
  if (keys && (before.length > 0 || section.role_arn === undefined)) return origin('keys');

  const { role_arn: role, source_profile: source, credential_source: service } = section;
  if (role !== undefined && source !== undefined) {
    if (service !== undefined)
      return wrong(
        'has both source_profile and credential_source',
        advise(`Take one of the two lines away in ${files.config}.`),
      );
    const chain = [...before, name];
    if (chain.includes(source) && profiles[source]?.aws_access_key_id === undefined) {
      const circle = [...chain.slice(chain.indexOf(source)), source].join(' → ');
      return wrong(
        `takes its credentials from itself: ${circle}`,
        advise('Name a profile that has credentials of its own:', set('source_profile', 'PROFILE')),
      );
    }
    if (!profiles[source]) {
      const near = closest(source, profileNames(profiles));
      return wrong(
        `takes its credentials from profile '${source}', which is in no file`,
        near
          ? advise(`Did you mean '${near}'?`, set('source_profile', near))
          : advise('Make that profile:', aws('configure', { profile: source })),
      );
    }
    return follow(source, profiles, files, chain);
  }
  if (section.web_identity_token_file !== undefined) {
    const { web_identity_token_file: token } = section;
    if (role === undefined)
      return wrong('has a token file and no role_arn', advise('', set('role_arn', 'ARN')));
    if (existsSync(token)) return origin('web-identity');
    return wrong(
      `reads its token from ${token}, which is not there`,
      advise('Whatever writes that file (a pod, a CI job) has to run first.'),
    );
  }
  if (service !== undefined) return origin('source');
  if (section.credential_process !== undefined) return origin('process');
  if (Object.keys(section).some((key) => key.startsWith('sso_'))) {
    return ssoFault(name, section, profiles, files, wrong) ?? origin('sso');
  }
  if (section.login_session !== undefined) return origin('login');
  if (role !== undefined)
    return wrong(
      'names a role and not with whose credentials it is assumed',
      advise('Name the profile that has them:', set('source_profile', 'PROFILE')),
    );
  const stray = files.stray(name);
  if (stray)
    return wrong(
      `has no credentials that can be read: ${stray} is neither 'key = value' nor a section nor a comment`,
      advise('Mend that line, or write the profile anew:', anew),
    );
  return wrong(
    'names no source of credentials',
    advise('Give it one (keys; SSO: aws configure sso; the console sign-in: aws login):', anew),
  );
}

function ssoFault(
  name: string,
  section: Section,
  profiles: Profiles,
  files: Files,
  wrong: (what: string, hint: Advice) => Origin,
): Origin | null {
  const anew = aws('configure sso', { profile: name });
  const { sso_session: wanted } = section;
  const session = wanted === undefined ? section : profiles[`sso-session.${wanted}`];
  if (!session) {
    const sessions = Object.keys(profiles).flatMap((key) => /^sso-session\.(.+)$/.exec(key)?.[1] ?? []);
    const near = closest(wanted ?? '', sessions);
    return wrong(
      `names sso-session '${wanted}', which ${files.config} does not have`,
      near
        ? advise(`Did you mean '${near}'?`, aws('configure set sso_session', { profile: name }, near))
        : advise('Make it:', anew),
    );
  }
  const missing = [
    ...['sso_account_id', 'sso_role_name'].filter((key) => !section[key]),
    ...['sso_start_url', 'sso_region'].filter((key) => !session[key]),
  ];
  if (missing.length === 0) return null;
  const where =
    wanted === undefined ? '' : ` (with sso-session '${wanted}'${files.place('sso-session', wanted)})`;
  return wrong(`lacks ${missing.join(' and ')}${where}`, advise('Complete it:', anew));
}

function halfOf(section: Section, id: string, secret: string): { has: string; lacks: string } | null {
  if (Boolean(section[id]) === Boolean(section[secret])) return null;
  return section[id] ? { has: id, lacks: secret } : { has: secret, lacks: id };
}

function upper(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What signs a person in, by the kind of profile. */
export function signIn({ kind, profile }: Origin): CommandLine | null {
  if (kind === 'sso') return aws('sso login', { profile });
  return kind === 'login' ? aws('login', { profile }) : null;
}
