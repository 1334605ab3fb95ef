/** Commands that can be pasted: every value is quoted where a shell would read more into it. */

const SAFE = /^[\w:/.,=@%+-]+$/;

export function quote(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

type Value = string | readonly string[] | object;

/** awsCommand('eu-west-1', 'eks create-addon', { 'cluster-name': 'demo' }) */
export function awsCommand(region: string, words: string, options: Readonly<Record<string, Value>>): string {
  const given = Object.entries(options).map(([name, value]) => `--${name} ${written(value)}`.trimEnd());
  return ['aws', words, ...given, '--region', quote(region)].join(' ');
}

function written(value: Value): string {
  if (value === '') return '';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.map(quote).join(' ');
  return quote(JSON.stringify(value));
}
