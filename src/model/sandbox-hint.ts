/** What --sandbox means where it names no scenario. */
export const DEFAULT_SCENARIO = 'packet-loss';

const COMMAND =
  /\bnfm (triage|top|zones|health|doctor|(?:monitor|scope) (?:list|show|create|update|delete|tag))\b(?![^'\n]*--sandbox)/g;

/** A command that is suggested after a run on the sandbox is for that sandbox: without the option it would ask, or change, AWS. */
export function onSandbox(text: string, scenario: string | undefined): string {
  return scenario === undefined ? text : text.replace(COMMAND, `nfm $1 --sandbox ${scenario}`);
}
