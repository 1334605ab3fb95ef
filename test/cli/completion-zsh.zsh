# zsh -f completion-zsh.zsh FOLDER LINE…: what zsh offers at the end of each LINE, one a line, with FOLDER in $fpath;
# '=end=' ends each answer. An interactive zsh in a pseudo terminal, whose compadd prints instead of inserting
# (after Valodim/zsh-capture-completion).
zmodload zsh/zpty
zpty inner zsh -f -i
say() { zpty -w inner "$1" }

say 'PROMPT= ; stty -echo'
say "fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D"
# compadd with -O, -A or -D fills arrays for other functions: that must go on as ever.
say '
zstyle ":completion:*" insert-tab false
mark() { print -r -- "<<end>>" }
offer() { comppostfuncs=(mark); zle complete-word }
zle -N offer
bindkey "^I" offer
bindkey "^U" kill-whole-line
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
  local -a hits
  local hit
  builtin compadd -A hits "$@"
  for hit in $hits; do print -r -- "<<hit $hit>>"; done
  (( $#hits ))
}
print -r -- "<<re""ady>>"'
zpty -r -m inner chunk '*<<ready>>*'

for line in "${@[2,-1]}"; do
  zpty -w -n inner $'\x15'"$line"$'\t'
  seen=
  while zpty -r inner chunk; do
    seen+=$chunk
    [[ $seen == *'<<end>>'* ]] && break
  done
  print -r -- "$seen" | tr -d '\r' | sed -n 's/.*<<hit \(.*\)>>.*/\1/p'
  print -- '=end='
done
zpty -d inner
