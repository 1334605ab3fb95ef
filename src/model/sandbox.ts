/** What --sandbox means where it names no scenario. */
export const DEFAULT_SCENARIO = 'packet-loss';
