import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Io } from '../core/io.ts';
import { rememberedMonitors } from '../core/remembered.ts';

/** More than this is no configuration that a person wrote. */
const LARGEST = 1024 * 1024;

/**
 * 'nfm __complete monitors|profiles WORDS…': the names, one a line, for the shells' scripts. Whatever goes wrong,
 * it says nothing and ends with 0: an error would stand in the middle of what a person types.
 */
export function complete(io: Io): number {
  const [, what, ...words] = io.args;
  const names = what === 'monitors' ? monitors(io.env, words) : what === 'profiles' ? profiles(io.env) : [];
  io.stdout.write(
    names
      .filter((name) => !/\p{Cc}/u.test(name))
      .map((name) => `${name}\n`)
      .join(''),
  );
  return 0;
}

function monitors(env: Io['env'], words: readonly string[]): string[] {
  return rememberedMonitors(env, {
    region: optionValue(words, '--region'),
    profile: optionValue(words, '--profile'),
    role: optionValue(words, '--role'),
    endpointUrl: optionValue(words, '--endpoint-url'),
    sandbox: sandboxOf(words),
  });
}

/** bash splits --region=x in three words. */
function optionValue(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  if (at >= 0) return words[at + 1] === '=' ? words[at + 2] : words[at + 1];
  return words.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}

function sandboxOf(words: readonly string[]): string | true | undefined {
  const value = optionValue(words, '--sandbox');
  if (value && !value.startsWith('-')) return value;
  return words.includes('--sandbox') ? true : undefined;
}

/** From the shared configuration files alone, as 'aws configure list-profiles' does, without the SDK. */
function profiles(env: Io['env']): string[] {
  const folder = path.join(env.HOME || homedir(), '.aws');
  const config = sections(env.AWS_CONFIG_FILE || path.join(folder, 'config'));
  const credentials = sections(env.AWS_SHARED_CREDENTIALS_FILE || path.join(folder, 'credentials'));
  const named = config.flatMap((section) => {
    if (section === 'default') return [section];
    const [, quote, name] = /^profile\s+(["']?)(.+)\1$/.exec(section) ?? [];
    return name === undefined || quote === undefined ? [] : [name];
  });
  return [...new Set([...named, ...credentials])].sort();
}

function sections(file: string): string[] {
  try {
    const stat = statSync(file);
    // A pipe or a device could make this wait for ever.
    if (!stat.isFile() || stat.size > LARGEST) return [];
    return [...readFileSync(file, 'utf8').matchAll(/^\s*\[\s*([^\]\n]+?)\s*\]/gm)].map((m) => m[1] ?? '');
  } catch {
    return [];
  }
}
