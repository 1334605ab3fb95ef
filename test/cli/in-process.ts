import { readFileSync } from 'node:fs';
import { run } from '../../src/cli/run.ts';
import { HOME, NOW, type Run } from './helpers.ts';

/** The whole program in this process, for what is asked of very many runs: argv to exit code, without Node's start. */
export async function inProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  let [stdout, stderr] = ['', ''];
  const code = await run({
    args,
    env: { HOME, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    version: '0.0.0',
    shipped: (file) => readFileSync(file, 'utf8'),
    stdout: {
      write(text, done) {
        stdout += text;
        done?.();
      },
    },
    stderr: {
      write(text, done) {
        stderr += text;
        done?.();
      },
    },
    stdin: async function* () {},
    interactive: false,
    signal: new AbortController().signal,
    hasParent: () => true,
    now: () => Date.parse(NOW),
    wait: async () => undefined,
    ask: async () => '',
    written: async () => null,
  });
  return { code, stdout, stderr };
}
