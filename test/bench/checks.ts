/** What was measured, in lines; one past its limit fails the run. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function check(what: string, value: number, limit: number, unit = ''): void {
  const ok = value <= limit;
  if (!ok) process.exitCode = 1;
  say(`${ok ? 'ok  ' : 'FAIL'}  ${what}: ${round(value)}${unit} (at most ${limit}${unit})`);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
