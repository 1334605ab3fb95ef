import { describe, expect, test } from 'vitest';
import { mrkdwn } from '../../src/render/slack.ts';

const WITHOUT_WIDTH = /\u2060/g;

describe('mrkdwn', () => {
  test.each([
    ['a & b', 'a &amp; b'],
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U012AB3CD>', '&lt;@U012AB3CD&gt;'],
    ['<https://example.com|AWS>', '&lt;https://example.com|AWS&gt;'],
    ['&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
  ])('%s is text', (text, shown) => {
    expect(mrkdwn(text).replace(WITHOUT_WIDTH, '')).toBe(shown);
    expect(mrkdwn(text)).not.toMatch(/[<>]/);
  });

  test.each(['*bold*', '~struck~', '`code`', '@here', '#general', '_slanted_', ':fire:'])(
    '%s is shown as it is',
    (text) => {
      const shown = mrkdwn(text);
      expect(shown.replace(WITHOUT_WIDTH, '')).toBe(text);
      expect(shown).not.toBe(text);
    },
  );

  test.each(['web-b.default', 'my_pod_name', '10.77.1.20:5432', '11:41–11:58', 'i-0b82c5e6f1d947a33'])(
    '%s can be copied',
    (text) => expect(mrkdwn(text)).toBe(text),
  );

  test('no line is longer than can be read at a glance', () => {
    expect(mrkdwn('x'.repeat(5000)).length).toBeLessThan(700);
  });
});
