import { UsageError } from '../model/errors.ts';
import { renderJson } from '../render/json.ts';
import type { Style } from '../render/style.ts';
import type { Io } from './io.ts';
import type { Options } from './program.ts';

/** Writes one document in the format that was asked for; each format that is not JSON brings its own renderer. */
export async function print<D>(
  io: Io,
  options: Options,
  document: D,
  renderers: { table(document: D, style: Style): string; markdown(document: D): string },
): Promise<void> {
  const format = options.output;
  if (typeof options.query === 'string') {
    io.stdout.write(renderJson(await search(document, options.query)));
  } else if (format === 'json') io.stdout.write(renderJson(document));
  else if (format === 'markdown') io.stdout.write(renderers.markdown(document));
  else io.stdout.write(renderers.table(document, styleOf(io, options)));
}

async function search(document: unknown, query: string): Promise<unknown> {
  const { search: jmespath } = await import('@jmespath-community/jmespath');
  try {
    return jmespath(document as Parameters<typeof jmespath>[0], query);
  } catch (error) {
    throw new UsageError('bad-query', `--query is not a JMESPath expression: ${(error as Error).message}.`, {
      hint: "For example: --query 'zones[].[az, retransmissions]' (jmespath.org).",
      cause: error,
    });
  }
}

/** What stdout can show: NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR as everywhere, --color above them all. */
export function styleOf(io: Io, options: Options): Style {
  const { env, stdout } = io;
  const width = Number(env.NFM_FORCE_TTY) || stdout.columns || Number(env.COLUMNS) || 80;
  return { width, color: colored(io, options), unicode: isUnicode(env) };
}

function colored({ env, stdout }: Io, options: Options): boolean {
  if (options.color === 'always') return true;
  if (options.color === 'never' || env.NO_COLOR) return false;
  if ((env.CLICOLOR_FORCE ?? '0') !== '0' || (env.FORCE_COLOR ?? '0') !== '0') return true;
  return Boolean((stdout.isTTY || env.NFM_FORCE_TTY) && env.TERM !== 'dumb');
}

/** By the locale, as the C library decides; the Linux console and dumb terminals have no block characters. */
function isUnicode(env: Io['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale) && env.TERM !== 'linux' && env.TERM !== 'dumb';
}
