import { allNodes, type Flag, type Node, type Source } from './tree.ts';

/** Knows by itself what is known when it is written; asks nfm for names only. Works in the bash 3.2 of macOS, without bash-completion. */
export function bashCompletion(root: Node): string {
  const nodes = allNodes(root);
  return `# bash completion for nfm, written by 'npm run generate'.
# Install: nfm completion bash > ~/.local/share/bash-completion/completions/nfm

# What may follow a command: its sub-commands, its options, the values of its arguments.
_nfm_node() {
  commands='' options='' values=''
  case $1 in
${nodes.flatMap(nodeCase).join('\n')}
  esac
}

# The values of an option of a command; fails for what takes none.
_nfm_option() {
  values='' optional=''
  case "$1 $2" in
${optionCases(nodes).join('\n')}
    *) return 1 ;;
  esac
}

# Names from a cache and from local files: no call to AWS, no question, and no longer than a person notices.
_nfm_ask() {
  local guard=command
  type timeout >/dev/null 2>&1 && guard='timeout -s KILL 0.3'
  { $guard nfm __complete "$1" "\${COMP_WORDS[@]:1}"; } 2>/dev/null
}

# Names may hold anything: they are compared and quoted, never expanded.
_nfm_offer() {
  local word
  case $values in
    @files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
      ;;
    @*)
      while IFS= read -r word; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
      done < <(_nfm_ask "\${values#@}")
      ;;
    *)
      # Scenarios are joined by +, columns by a comma; no other value has one.
      local last=\${cur##*[+,]}
      local head=\${cur%"$last"}
      for word in $values; do [[ $head$word == "$cur"* ]] && COMPREPLY+=("$head$word"); done
      ;;
  esac
}

_nfm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} node='' pending='' commands options values optional word i IFS=$' \\t\\n'
  COMPREPLY=()
  [[ $cur == '=' ]] && cur=''
  _nfm_node ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      =) ;; # bash splits --output=json in three
      -*)
        pending=''
        _nfm_option "$node" "$word" && pending=$word
        ;;
      *)
        if [[ $pending ]]; then
          pending=''
        elif [[ " $commands " == *" $word "* ]]; then
          node=\${node:+$node }$word
          _nfm_node "$node"
        fi
        ;;
    esac
  done
  if [[ $pending ]]; then
    _nfm_option "$node" "$pending"
    _nfm_offer
    [[ $optional ]] || return 0
  fi
  _nfm_node "$node"
  if [[ $cur == -* ]]; then
    values=$options
    _nfm_offer
  else
    _nfm_offer
    values=$commands
    _nfm_offer
  fi
  return 0
}

complete -F _nfm nfm
`;
}

function nodeCase({ path, children, flags, argument }: Node): string[] {
  const parts = [
    ['commands', children.map((child) => child.path.split(' ').at(-1) ?? '').join(' ')],
    ['options', flags.flatMap((flag) => flag.names).join(' ')],
    ['values', argument ? valuesOf(argument) : ''],
  ];
  const set = parts.filter(([, value]) => value !== '').map(([name, value]) => `${name}='${value}'`);
  return set.length > 0 ? [`    '${path}') ${set.join(' ')} ;;`] : [];
}

/** Options with the same values share a case; those that differ from command to command are named with it. */
function optionCases(nodes: readonly Node[]): string[] {
  const byName = new Map<string, Map<string, string[]>>();
  for (const { path, flags } of nodes) {
    for (const flag of flags.filter((f) => f.value)) {
      for (const name of flag.names) {
        const meanings = byName.get(name) ?? new Map<string, string[]>();
        byName.set(name, meanings);
        const meaning = assignments(flag);
        meanings.set(meaning, [...(meanings.get(meaning) ?? []), path]);
      }
    }
  }
  const patterns = new Map<string, string[]>();
  for (const [name, meanings] of byName) {
    for (const [meaning, paths] of meanings) {
      const own = meanings.size === 1 ? [`*' ${name}'`] : paths.map((path) => `'${path} ${name}'`);
      patterns.set(meaning, [...(patterns.get(meaning) ?? []), ...own]);
    }
  }
  return [...patterns].map(([meaning, own]) => `    ${own.join(' | ')}) ${meaning} ;;`);
}

function assignments({ value }: Flag): string {
  const set = value ? [`values='${valuesOf(value.source)}'`, ...(value.optional ? ['optional=1'] : [])] : [];
  return set.join(' ');
}

function valuesOf(source: Source): string {
  switch (source.kind) {
    case 'words':
      return source.words.join(' ');
    case 'asked':
      return `@${source.what}`;
    case 'files':
      return '@files';
    case 'unknown':
      return '';
  }
}
