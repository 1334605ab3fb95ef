import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Monitors come and go, and a wrong name at the prompt is worse than none. */
const MAX_AGE_MILLIS = 5 * 60_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Whose monitors, as the command line and the environment say it: what is asked at the prompt cannot ask AWS. */
export interface Asked {
  region?: string | undefined;
  profile?: string | undefined;
  role?: string | undefined;
  endpointUrl?: string | undefined;
  /** The scenario; true for the default one. */
  sandbox?: string | true | undefined;
}

/** A by-product of any command that lists monitors. A home that cannot be written to is no reason to fail. */
export function rememberMonitors(env: Env, asked: Asked, names: readonly string[]): void {
  try {
    const folder = folderOf(env);
    makeFolder(path.dirname(folder));
    makeFolder(folder);
    for (const name of readdirSync(folder).filter((n) => n.startsWith('monitors-'))) {
      const file = path.join(folder, name);
      if (!isFresh(file)) rmSync(file, { force: true });
    }
    const file = path.join(folder, fileOf(env, asked));
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(names), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // Completion then knows no names, and that is all.
  }
}

/** One at a time: Node's recursive mkdir never returns where the file system refuses, as below /proc. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
}

export function rememberedMonitors(env: Env, asked: Asked): string[] {
  try {
    const file = path.join(folderOf(env), fileOf(env, asked));
    if (!isFresh(file)) return [];
    const names: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

function isFresh(file: string): boolean {
  const stat = statSync(file);
  return stat.isFile() && Math.abs(Date.now() - stat.mtimeMs) < MAX_AGE_MILLIS;
}

/** A relative XDG_CACHE_HOME is to be ignored (XDG Base Directory Specification). */
function folderOf(env: Env): string {
  const base = env.XDG_CACHE_HOME;
  return path.join(base && path.isAbsolute(base) ? base : path.join(env.HOME || homedir(), '.cache'), 'nfm');
}

/** One file for each account and Region; hashed, because an access key ID belongs to what tells accounts apart. */
function fileOf(env: Env, { region, profile, role = '', endpointUrl, sandbox }: Asked): string {
  const who =
    sandbox === undefined
      ? [
          region || env.AWS_REGION || env.AWS_DEFAULT_REGION || '',
          profile || env.AWS_PROFILE || '',
          profile ? '' : env.AWS_ACCESS_KEY_ID || '',
          endpointUrl || env.AWS_ENDPOINT_URL_NETWORKFLOWMONITOR || env.AWS_ENDPOINT_URL || '',
          role,
        ]
      : ['sandbox', sandbox, region || '', role];
  const hash = createHash('sha256').update(JSON.stringify(who)).digest('hex').slice(0, 16);
  return `monitors-${hash}.json`;
}
