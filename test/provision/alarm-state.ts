/*
 * How CloudWatch decides the state of an alarm, as it documents it:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 * alarm-state.test.ts holds this to the tables there. moto evaluates no alarm.
 */

export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

interface Settings {
  periods: number;
  toAlarm: number;
  missing: string;
}

/**
 * Of the datapoints in the evaluation range, oldest first: true breaches, false does not, null is missing. `before` is
 * the state that 'ignore' keeps.
 */
export function stateOf(
  range: readonly (boolean | null)[],
  { periods, toAlarm, missing }: Settings,
  before: State = 'OK',
): State {
  const real = range.filter((point) => point !== null);
  const used = real.slice(-periods);
  const breaching = used.filter(Boolean).length;
  const filled = periods - used.length;
  if (filled === 0) return breaching >= toAlarm ? 'ALARM' : 'OK';
  if (missing === 'breaching') return breaching + filled >= toAlarm ? 'ALARM' : 'OK';
  if (missing === 'notBreaching') return breaching >= toAlarm ? 'ALARM' : 'OK';
  if (used.length === 0) return missing === 'ignore' ? before : 'INSUFFICIENT_DATA';
  // 'Premature alarm state': the oldest one breaches, is as old as M, and nothing since was good.
  const oldest = range.length - range.findIndex((point) => point !== null);
  if (used.every(Boolean) && oldest >= toAlarm) return missing === 'ignore' ? before : 'ALARM';
  return breaching >= toAlarm ? 'ALARM' : 'OK';
}
