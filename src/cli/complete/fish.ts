import { allNodes, type Flag, type Node, type Source } from './tree.ts';

/** fish wants one 'complete' for each option; those that several commands share stand there once. */
export function fishCompletion(root: Node): string {
  const nodes = allNodes(root);
  const valued = nodes.flatMap((n) => n.flags.filter((f) => f.value && !f.value.optional));
  const maybe = nodes.flatMap((n) => n.flags.filter((f) => f.value?.optional));
  return `# fish completion for nfm, written by 'npm run generate'.
# Install: nfm completion fish > ~/.config/fish/completions/nfm.fish

set -g __nfm_nodes ${list(nodes.filter((n) => n.path !== '').map((n) => n.path))}
set -g __nfm_valued ${list(valued.flatMap((f) => f.names))}
set -g __nfm_maybe ${list(maybe.flatMap((f) => f.names))}

# Is one of these commands being typed? Asked for every line below, and worked out once for what has been typed.
function __nfm_at
    set -l words (commandline -opc)
    if test "$words" != "$__nfm_typed"
        set -l node ''
        set -l pending 0
        for word in $words[2..-1]
            if contains -- $word $__nfm_valued $__nfm_maybe
                set pending 1
            else if string match -q -- '-*' $word
                set pending 0
            else if test $pending -eq 1
                set pending 0
            else if contains -- (string trim -- "$node $word") $__nfm_nodes
                set node (string trim -- "$node $word")
            end
        end
        set -g __nfm_typed "$words"
        set -g __nfm_node $node
    end
    contains -- "$__nfm_node" $argv
end

# Is this option's value next, if it has one?
function __nfm_after
    set -l words (commandline -opc)
    contains -- $words[-1] $argv
end

# Names from a cache and from local files: no call to AWS, no question, and no longer than a person notices.
function __nfm_ask
    set -l words (commandline -opc)
    set -e words[1]
    set -l guard
    command -q timeout; and set guard timeout -s KILL 0.3
    command $guard nfm __complete $argv[1] $words 2>/dev/null
end

# Words that are joined by a character: the last of them is being typed.
function __nfm_joined
    set -l typed (commandline -ct | string replace -r -- '^--[\\w-]+=' '')
    set -l head (string match -r -- "^.*[$argv[1]]" "$typed")
    printf '%s\\n' "$head"$argv[2..-1]
end

complete -c nfm -f
${[...nodes.flatMap(subcommands), ...options(nodes)].join('\n')}
`;
}

function subcommands({ path, children, argument }: Node): string[] {
  const at = `complete -c nfm -n ${quoted(`__nfm_at ${quoted(path)}`)}`;
  const named = children.map(
    (c) => `${at} -a ${quoted(c.path.split(' ').at(-1) ?? '')} -d ${quoted(c.summary)}`,
  );
  const values = argument ? valuesOf(argument) : '';
  return values === '' ? named : [...named, `${at}${values}`];
}

function options(nodes: readonly Node[]): string[] {
  const paths = new Map<string, string[]>();
  for (const { path, flags } of nodes) {
    for (const line of flags.flatMap(optionLines)) paths.set(line, [...(paths.get(line) ?? []), path]);
  }
  return [...paths].map(([line, at]) =>
    line.replace('__nfm_at', () => `__nfm_at ${at.map(quoted).join(' ')}`.replaceAll("'", "\\'")),
  );
}

function optionLines({ names, description, value }: Flag): string[] {
  const forms = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const line = `complete -c nfm -n '__nfm_at' ${forms.join(' ')}`;
  const described = ` -d ${quoted(description)}`;
  if (!value) return [`${line}${described}`];
  const values = valuesOf(value.source);
  if (!value.optional) return [`${line} ${value.source.kind === 'files' ? '-r' : '-x'}${values}${described}`];
  // To fish an optional value comes after '='; nfm also takes the next word.
  return [
    `${line}${values}${described}`,
    `complete -c nfm -n '__nfm_at; and __nfm_after ${names.join(' ')}'${values}`,
  ];
}

function valuesOf(source: Source): string {
  switch (source.kind) {
    case 'words':
      return source.joined
        ? ` -a ${quoted(`(__nfm_joined ${source.joined} ${source.words.join(' ')})`)}`
        : ` -a ${quoted(source.words.join(' '))}`;
    case 'asked':
      return ` -a ${quoted(`(__nfm_ask ${source.what})`)}`;
    case 'files':
      return ' -F';
    case 'unknown':
      return '';
  }
}

function list(words: readonly string[]): string {
  return [...new Set(words)].map(quoted).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
