import { describe, expect, test } from 'vitest';
import { nfm } from '../../src/model/command-line.ts';
import { mrkdwn, renderSlack } from '../../src/render/slack.ts';
import { workload } from './fixtures.ts';
import { formattedIn } from './slack.ts';

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

  test.each([
    ['https://example.com/?a=b', 'https:\u2060//example.com/?a=b'],
    ['www.example.com', 'www\u2060.example.com'],
    ['> quoted', '\u2060&gt; quoted'],
  ])('of %s is made no link and no quotation', (text, shown) => expect(mrkdwn(text)).toBe(shown));

  test.each(['x', '&', '<', '*', '\u{1f4a3}'])('no line of %s is too long, as Slack counts it', (one) => {
    const line = mrkdwn(one.repeat(5000));
    expect(line.length).toBeLessThanOrEqual(590);
    expect(line).toMatch(/^(.|&\w+;)+…$/u);
  });
});

test.each(['x'.repeat(2000), 'a`b'])(
  'a command that cannot be copied from a message is not in it',
  (monitor) => {
    const message = renderSlack({
      ...workload,
      next: [{ command: nfm('top', { monitor }), why: 'who sends' }],
    });
    expect(formattedIn(message)).toEqual([]);
    expect(message).toContain('Next: who sends (the command stands in the report)');
  },
);
