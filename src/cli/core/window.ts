import { resolveWindows, type Windows } from '../../collect/window.ts';
import { SETTLE_MINUTES } from '../../model/service.ts';
import { MINUTE } from '../../model/time.ts';
import type { Context } from './context.ts';
import type { BASELINE, WINDOW } from './options.ts';
import type { OptionsOf } from './spec.ts';
import { windowOptions } from './values.ts';

/** The window that the options ask for, and what is compared with it. An end that had to be moved is said. */
export function windowsOf(
  context: Context,
  options: OptionsOf<typeof WINDOW> & Partial<OptionsOf<typeof BASELINE>>,
  mostPoints?: number,
): Windows {
  const now = context.now();
  const asked = windowOptions(options, now);
  const windows = resolveWindows(asked, now, mostPoints);
  const until = 'at' in asked.until ? asked.until.at : 'ago' in asked.until ? now - asked.until.ago : now;
  const settled = Date.parse(windows.window.end);
  if (
    options.until !== 'now' &&
    until - settled >= MINUTE &&
    now - settled < (SETTLE_MINUTES + 1) * MINUTE &&
    !context.forProgram
  )
    context.tell(
      `note: the window ends at ${windows.window.end}: data of the last ${SETTLE_MINUTES} minutes is still landing.`,
    );
  return windows;
}
