import { expect, test } from 'vitest';
import { stamp } from '../../scripts/changelog.js';

const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One thing.\n\n## [0.1.0] - 2026-01-01\n\n- First.\n';

test('what is unreleased becomes the version, and the next begins empty', () => {
  const stamped = stamp(CHANGELOG, '0.2.0', '2026-11-25');
  expect(stamped).toContain('## [Unreleased]\n\n## [0.2.0] - 2026-11-25\n\n### Added\n\n- One thing.\n');
  expect(stamped.endsWith('## [0.1.0] - 2026-01-01\n\n- First.\n')).toBe(true);
});

test.each([
  ['one', CHANGELOG, "'one' is no version"],
  ['0.1.0', CHANGELOG, 'already'],
  ['0.3.0', stamp(CHANGELOG, '0.2.0', '2026-11-25'), 'nothing under'],
  ['0.3.0', '# Changelog\n', 'nothing under'],
])('%s is refused where there is nothing to release or it is none', (version, changelog, why) => {
  expect(() => stamp(changelog, version, '2026-11-25')).toThrow(why);
});
