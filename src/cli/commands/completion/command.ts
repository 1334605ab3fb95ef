import { defineCommand, NO_ACTIONS } from '../../core/spec.ts';

export const completion = defineCommand({
  usage: 'completion <shell>',
  summary: 'print the completion script for bash, zsh or fish',
  details: `Commands, options and their values are in the script. Names of profiles and monitors are asked of nfm,
which reads local files only: the shared AWS configuration, and what a command listed in the last five minutes.

Install:
  bash  nfm completion bash > ~/.local/share/bash-completion/completions/nfm
  zsh   nfm completion zsh > _nfm, in a directory of $fpath
  fish  nfm completion fish > ~/.config/fish/completions/nfm.fish`,
  examples: ['nfm completion bash', 'nfm completion zsh > _nfm'],
  options: [],
  actions: NO_ACTIONS,
  documents: [],
});
