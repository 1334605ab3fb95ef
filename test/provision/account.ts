import { expect } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { type Account, account } from '../cli/helpers.ts';
import type { Template } from './template.ts';

/* What nfm export prints, from an account on loopback. */

/** As CloudFormation; nothing is said beside it. */
export async function template(at: Account, what: string, ...args: string[]): Promise<Template> {
  const { code, stdout, stderr } = await at.run(['export', what, '-o', 'json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

export async function templateOf(
  scenario: SandboxOptions['scenario'],
  what: string,
  ...args: string[]
): Promise<Template> {
  return template(await account({ scenario }), what, ...args);
}

/** As Terraform. */
export async function hclOf(
  scenario: SandboxOptions['scenario'],
  what: string,
  ...args: string[]
): Promise<string> {
  const at = await account({ scenario });
  const { code, stdout, stderr } = await at.run(['export', what, '-o', 'terraform', ...args]);
  // What it lacks may be said.
  expect({ code, stderr: stderr.replace(/^note: .*\n/gm, '') }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
