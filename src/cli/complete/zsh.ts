import type { Flag, Node, Source } from './tree.ts';

/** One function a command, each an _arguments of its own: zsh knows --x=y, repeated options and descriptions by itself. */
export function zshCompletion(root: Node): string {
  return `#compdef nfm
# zsh completion for nfm, written by 'npm run generate'.
# Install: nfm completion zsh > a directory of your $fpath, as _nfm

# Names from a cache and from local files: no call to AWS, no question, and no longer than a person notices.
_nfm_names() {
  local what=$1
  local -a guard found expl
  (( $+commands[timeout] )) && guard=(timeout -s KILL 0.3)
  found=("\${(@f)$({ command $guard nfm __complete $what "\${(@Q)words}" } 2>/dev/null)}")
  found=(\${found:#})
  (( $#found )) && _wanted $what expl \${what%s} compadd -a found
}

# Words that are joined by a character: the last of them is being typed.
_nfm_joined() {
  local separator=$1
  local -a expl found
  shift
  found=("$@")
  compset -P "*[$separator]"
  _wanted values expl value compadd -S '' -a found
}

${functions(root).join('\n')}
if [[ $funcstack[1] == _nfm ]]; then
  _nfm "$@"
else
  compdef _nfm nfm
fi
`;
}

function functions(node: Node): string[] {
  return [...node.children.filter(hasMore).flatMap(functions), functionOf(node)];
}

function hasMore({ children, flags, argument }: Node): boolean {
  return children.length > 0 || flags.length > 0 || argument !== null;
}

function functionOf(node: Node): string {
  const flags = node.flags.map(flagSpec);
  if (node.children.length === 0) {
    const argument = node.argument ? [`'*:${argumentName(node.argument)}:${action(node.argument)}'`] : [];
    return `${nameOf(node)}() {\n  _arguments -S \\\n${indented([...flags, ...argument])}\n}\n`;
  }
  const words = node.argument?.kind === 'words' ? node.argument.words : [];
  const described = [
    ...node.children.map((c) => `${lastWord(c)}:${c.summary.replaceAll(':', '\\:')}`),
    ...words,
  ];
  const cases = node.children.filter(hasMore).map((c) => `        ${lastWord(c)}) ${nameOf(c)} ;;\n`);
  return `${nameOf(node)}() {
  local curcontext=$curcontext context state state_descr
  local -a line next
  local -A opt_args
  _arguments -C -S \\
${indented([...flags, "'1: :->next'", "'*:: :->rest'"])} && return
  case $state in
    next)
      next=(
${described.map((d) => `        ${quoted(d)}\n`).join('')}      )
      _describe -t commands command next
      ;;
    rest)
      case $line[1] in
${cases.join('')}      esac
      ;;
  esac
}
`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join(' \\\n');
}

/** '(-o --output)'{-o+,--output=}'[output format]:format:(table json)' */
function flagSpec({ names, description, repeat, value }: Flag): string {
  const alone = names.includes('--help') || names.includes('--version');
  const excludes = alone ? '(- *)' : repeat || names.length === 1 ? '' : `(${names.join(' ')})`;
  const forms = names.map((name) => `${name}${value ? suffix(name) : ''}`);
  const shown = description.replaceAll(/[[\]\\:]/g, '\\$&');
  const argument = value
    ? `${value.optional ? '::' : ':'}${value.name.replaceAll(/[:[\]]/g, '\\$&')}:${action(value.source)}`
    : '';
  const form = forms.length === 1 ? forms[0] : `'{${forms.join(',')}}'`;
  return `'${repeat ? '*' : excludes}${form}${`[${shown}]${argument}`.replaceAll("'", "'\\''")}'`;
}

function suffix(name: string): string {
  return name.startsWith('--') ? '=' : '+';
}

function action(source: Source): string {
  switch (source.kind) {
    case 'words':
      return source.joined
        ? ` _nfm_joined ${source.joined} ${source.words.join(' ')}`
        : `(${source.words.join(' ')})`;
    case 'asked':
      // A leading space: _arguments then adds no arguments of its own.
      return ` _nfm_names ${source.what}`;
    case 'files':
      return '_files';
    case 'unknown':
      return ' ';
  }
}

function argumentName(source: Source): string {
  return source.kind === 'asked' ? source.what.slice(0, -1) : 'argument';
}

function nameOf({ path }: Node): string {
  return `_nfm${path === '' ? '' : `_${path.replaceAll(/\W/g, '_')}`}`;
}

function lastWord({ path }: Node): string {
  return path.split(' ').at(-1) ?? '';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
