import { BASELINE, CONNECTION, DISPLAY, TARGET, WINDOW } from '../core/options.ts';
import { type CommandSpec, detailsOf, OPTION_GROUPS, type OptionSpec } from '../core/spec.ts';
import { type Block, TOPICS } from './topics.ts';

/**
 * nfm(1) in the man macros of groff and mandoc. No library: those on npm turn Markdown into roff, and there is no
 * Markdown here to turn.
 */
export function manPage(version: string, commands: readonly CommandSpec[]): string {
  return [
    // No date: the page would be stale every day.
    `.TH NFM 1 "" "nfm ${version}" "User Commands"`,
    section('NAME', ['nfm \\- whose network problem is it, AWS\\(aqs or ours?']),
    section('SYNOPSIS', ['.B nfm', '.I command', '[\\fIoptions\\fR]']),
    section('DESCRIPTION', [
      line(
        'An investigation tool for Amazon CloudWatch Network Flow Monitor: are retransmissions up against their own baseline, in which Availability Zone, what did the network health indicator say in those minutes, and which pod or instance is behind it.',
      ),
      '.PP',
      line('Try it without an AWS account:'),
      ...code('nfm triage --sandbox'),
    ]),
    section(
      'COMMANDS',
      commands.flatMap((spec) => command(spec, commands)),
    ),
    section(
      'OPTIONS OF MANY COMMANDS',
      SHARED.flatMap(([name, options]) => [`.SS ${name}`, ...options.flatMap(option)]),
    ),
    ...TOPICS.map(({ name, summary, blocks }) =>
      section(SECTIONS[name] ?? summary.toUpperCase(), blocks(commands).flatMap(block)),
    ),
    section('SEE ALSO', [
      '.BR aws (1),',
      '.BR kubectl (1),',
      '.BR jq (1)',
      '.PP',
      line(
        'Using Network Flow Monitor: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor.html',
      ),
    ]),
  ]
    .join('\n')
    .concat('\n');
}

/** The names that man(7) asks for. */
const SECTIONS: Readonly<Record<string, string>> = {
  'exit-codes': 'EXIT STATUS',
  output: 'OUTPUT',
  environment: 'ENVIRONMENT',
  runbooks: 'EXAMPLES',
};

/** What many commands have, said once. */
const SHARED: readonly (readonly [heading: string, options: readonly OptionSpec[]])[] = [
  [OPTION_GROUPS.target, TARGET],
  [OPTION_GROUPS.time, [...WINDOW, ...BASELINE]],
  [OPTION_GROUPS.output, DISPLAY],
  [OPTION_GROUPS.connection, CONNECTION],
];

function section(name: string, lines: readonly string[]): string {
  // A section begins a paragraph by itself.
  return [`.SH ${name}`, ...(lines[0] === '.PP' ? lines.slice(1) : lines)].join('\n');
}

function command(spec: CommandSpec, commands: readonly CommandSpec[]): string[] {
  const { usage, summary, examples, options } = spec;
  const shared = SHARED.filter(([, group]) => group.some((o) => options.includes(o)));
  const own = options.filter((o) => !shared.some(([, group]) => group.includes(o)));
  return [
    `.SS nfm ${text(usage)}`,
    line(sentence(summary)),
    ...(detailsOf(spec, commands) ?? '')
      .split(/\n{2,}/)
      .flatMap((paragraph) => (paragraph ? paragraphLines(paragraph) : [])),
    ...own.flatMap(option),
    ...(shared.length > 0
      ? ['.PP', `Also: ${shared.map(([name]) => name.toLowerCase()).join(', ')} options.`]
      : []),
    ...code(examples.join('\n')),
  ];
}

/** Lines that begin with a space are laid out already. */
function paragraphLines(paragraph: string): string[] {
  const [flowing, laidOut] = [paragraph.split('\n'), paragraph.split('\n')].map((lines, i) =>
    lines.filter((l) => l.startsWith('  ') === (i === 1)),
  );
  return ['.PP', line((flowing ?? []).join(' ')), ...(laidOut?.length ? code(laidOut.join('\n')) : [])];
}

function option({ flags, description, choices, default: value, repeat }: OptionSpec): string[] {
  const notes = [
    choices ? `one of ${choices.join(', ')}` : '',
    value === undefined ? '' : `default ${value}`,
    repeat ? 'repeatable' : '',
  ].filter((note) => note !== '');
  return [
    '.TP',
    `.B ${text(flags)}`,
    line(sentence(notes.length > 0 ? `${description} (${notes.join('; ')})` : description)),
  ];
}

function block(given: Block): string[] {
  if (typeof given === 'string') return ['.PP', line(given)];
  if ('code' in given) return code(given.code);
  return given.terms.flatMap(([term, meaning]) => ['.TP', `.B ${text(term)}`, line(meaning)]);
}

function code(lines: string): string[] {
  return ['.PP', '.RS 4', '.nf', ...lines.split('\n').map(line), '.fi', '.RE'];
}

/** A dot or an apostrophe that begins a line would be a command. */
function line(plain: string): string {
  return text(plain).replace(/^(?=[.'\\]|$)/, (at) => (plain === '' ? at : '\\&'));
}

/** A bare hyphen may be printed as a typographic one, which cannot be pasted (groff_char(7)). */
function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('…', '...')
    .replaceAll('"', '\\(dq');
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?!]$/.test(words) ? '' : '.'}`;
}
