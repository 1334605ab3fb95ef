import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The two files, for where something stands in them. */
export class Files {
  readonly config: string;
  readonly #files: { shown: string; lines: string[]; bare: boolean }[];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const own = (variable: string, file: string, bare: boolean) => {
      const path = env[variable] || join(homedir(), '.aws', file);
      const shown = path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path;
      return { shown, lines: linesOf(path), bare };
    };
    const config = own('AWS_CONFIG_FILE', 'config', false);
    this.config = config.shown;
    this.#files = [config, own('AWS_SHARED_CREDENTIALS_FILE', 'credentials', true)];
  }

  /** ' (~/.aws/config:12)', where its section begins; empty where it is in no file. */
  place(kind: 'profile' | 'sso-session', name: string): string {
    for (const { shown, lines, bare } of this.#files) {
      const at = lines.findIndex((line) => isHeader(line, kind, name, bare));
      if (at >= 0) return ` (${shown}:${at + 1})`;
    }
    return '';
  }

  /** Where the configuration file has a section [name] that has to be [profile name] there. */
  unprefixed(name: string): string | null {
    const [config] = this.#files;
    const at = config?.lines.findIndex((line) => insideOf(line) === name) ?? -1;
    return config && at >= 0 ? `${config.shown}:${at + 1}` : null;
  }

  /** A line of the profile that cannot be read. */
  stray(name: string): string | null {
    for (const { shown, lines, bare } of this.#files) {
      const start = lines.findIndex((line) => isHeader(line, 'profile', name, bare));
      if (start < 0) continue;
      const rest = lines.slice(start + 1);
      const length = rest.findIndex((line) => /^\s*\[/.test(line));
      const own = length < 0 ? rest : rest.slice(0, length);
      const at = own.findIndex((line) => /\S/.test(line) && !/^\s*[#;]|=/.test(line));
      if (at >= 0) return `${shown}:${start + at + 2}`;
    }
    return null;
  }
}

function insideOf(line: string): string | undefined {
  return /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim();
}

function isHeader(line: string, kind: string, name: string, bare: boolean): boolean {
  const inside = insideOf(line);
  if (inside === undefined) return false;
  const [first = '', ...rest] = inside.split(/\s+/);
  const said = rest.join(' ').replace(/^(["'])(.*)\1$/, '$2');
  if (first === kind && said === name) return true;
  return kind === 'profile' && rest.length === 0 && first === name && (bare || name === 'default');
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
