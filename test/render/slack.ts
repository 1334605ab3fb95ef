/* What Slack makes of a message: https://docs.slack.dev/messaging/formatting-message-text */

/** A text object takes no more (https://docs.slack.dev/reference/block-kit/composition-objects/text-object). */
const LONGEST = 3000;

/** What stands in code is only shown; the rest may be formatted, made a link or mention somebody. */
const FORMATTING: readonly [what: string, pattern: RegExp][] = [
  ['a control sequence', /[<>]/],
  ['an entity that is none', /&(?!(amp|lt|gt);)/],
  ['a mention', /(?<!\u2060)[@#]/],
  ['a link', /:\/\/|\bwww\./i],
  ['an emoji', /(?<!\u2060):[\w+'-]+:/],
  ['bold, struck or code', /(?<!\u2060)[*~`]/],
  ['slanted', /(?<![\w\u2060])_|(?<!\u2060)_(?!\w)/],
  ['a quotation', /^\s*&gt;/m],
];

/** Whatever of a message is no plain text, but for the verdict in bold and one command as code; empty for one as it should be. */
export function formattedIn(message: string): string[] {
  const lines = message.split('\n');
  const [first = '', ...rest] = lines;
  const plain = [first.replace(/^\*[A-Z ]+\* /, ''), ...rest].join('\n').replace(/^(Next: )`[^`]+` /m, '$1');
  return [
    ...(lines.length === 6 && lines[5] === '' ? [] : [`${lines.length} lines`]),
    ...(message.length > LONGEST ? [`${message.length} characters`] : []),
    ...(/[<>]/.test(message) ? ['a control sequence in code'] : []),
    ...FORMATTING.flatMap(([what, pattern]) => (pattern.test(plain) ? [what] : [])),
  ];
}
