import { defineCommand, NO_ACTIONS } from '../../core/spec.ts';

export const policy = defineCommand({
  usage: 'policy [command...]',
  summary: 'print the least IAM policy that a command needs',
  details:
    'Without a command: all commands that read; with --write, all commands. Several commands: what they need together. A command that is made to change something (monitor create) is always allowed to. Resources are narrowed as far as AWS allows; put your account and Region in their place.',
  examples: ['nfm policy', 'nfm policy triage zones', 'nfm policy --write'],
  options: [
    { flags: '--write', description: 'also what a command can change (triage --create-monitors)' },
    { flags: '--read-only', description: 'only what reads (monitor create --dry-run)' },
    {
      flags: '-o, --output <format>',
      description: 'output format',
      choices: ['json', 'yaml'],
      default: 'json',
      group: 'output',
    },
  ],
  actions: NO_ACTIONS,
  documents: [{ name: 'policy' }],
});
