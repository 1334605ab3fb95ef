import { describe, expect, test } from 'vitest';
import { configurationOf, publishingOff, tolerationsOf } from '../../src/doctor/addon.ts';

/* Configuration values of an add-on, as anybody may have written them. */

describe('the configuration of the add-on', () => {
  test.each([
    ['none', null, {}],
    ['JSON', '{"env":{"A":"1"}}', { env: { A: '1' } }],
    ['YAML', 'env:\n  A: "1"\nnodeSelector:\n  pool: a', { env: { A: '1' }, nodeSelector: { pool: 'a' } }],
    ['members without a value', 'env:\ntolerations:\nresources: {}', { resources: {} }],
    ['members of another type', '{"env":[1],"tolerations":"all"}', {}],
    [
      'tolerations that are none',
      '{"tolerations":[null,1,{"operator":"Exists"}]}',
      { tolerations: [{ operator: 'Exists' }] },
    ],
    ['a list', '[]', null],
    ['a word', 'on', null],
    ['neither JSON nor YAML', '{"env":', null],
  ])('%s', (_, configuration, values) => {
    const read = configurationOf({ configuration });
    expect(read).toEqual(values);
    expect(publishingOff(read ?? {})).toEqual([]);
    expect(Array.isArray(tolerationsOf({ configuration, version: 'v1.1.6-eksbuild.1' }))).toBe(true);
  });
});
