import { type CommandLine, kubectl } from '../../model/command-line.ts';
import { many } from '../../model/units.ts';
import { abridged } from './logs.ts';

export function restartLine({ namespace, name }: { namespace: string; name: string }): CommandLine {
  return kubectl(namespace, 'rollout restart', {}, `daemonset/${name}`);
}

const SHOWN = 3;
const LONGEST = 240;

export function some(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

export function others(amount: number): string {
  return amount > 1 ? `, and ${many(amount - 1, 'other', 'others')}` : '';
}

/** Others' words in a sentence: on one line, and with an end. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return abridged(line, LONGEST).replace(/[.:;,]?$/, '.');
}
