import { CHECKS } from '../doctor/checks/index.ts';
import { commands, program } from './commands/index.ts';
import { bashCompletion } from './complete/bash.ts';
import { fishCompletion } from './complete/fish.ts';
import { completionTree } from './complete/tree.ts';
import { zshCompletion } from './complete/zsh.ts';
import type { CommandSpec } from './core/spec.ts';
import { manPage } from './help/man.ts';
import { RECIPES } from './help/topics.ts';

/** All that is made from the commands and checked in: path → content. 'npm run generate' writes it, a test compares. */
export function generatedFiles({
  version,
  readme,
  doctor,
}: Readonly<Record<'version' | 'readme' | 'doctor', string>>) {
  const tree = completionTree(program);
  return {
    'completions/nfm.bash': bashCompletion(tree),
    'completions/_nfm': zshCompletion(tree),
    'completions/nfm.fish': fishCompletion(tree),
    'man/nfm.1': manPage(version, commands),
    'docs/doctor.md': between(doctor, 'checks', checkTable()),
    'README.md': between(between(readme, 'commands', commandTable(commands)), 'recipes', recipes()),
  };
}

function between(readme: string, name: string, content: string): string {
  const marked = new RegExp(`(<!-- ${name}[^>]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  return readme.replace(marked, (_all, start: string, end: string) => `${start}\n${content}\n${end}`);
}

function commandTable(commands: readonly CommandSpec[]): string {
  const rows = commands.map(
    ({ usage, summary }) => `| \`nfm ${usage}\` | ${summary.replaceAll('|', '\\|')} |\n`,
  );
  return `| command | job |\n|---|---|\n${rows.join('')}`;
}

function checkTable(): string {
  const rows = CHECKS.map(({ layer, id, title, needs = [], repair, source }) => {
    const cells = [
      layer,
      `[\`${id}\`](${source})`,
      title,
      needs.map((n) => `\`${n}\``).join(', '),
      repair ? 'yes' : '',
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  return `| layer | check, with its source | passes where | needs | \`--fix\` |\n|---|---|---|---|---|\n${rows.join('')}`;
}

function recipes(): string {
  return RECIPES.map(({ title, script }) => `${title}:\n\n\`\`\`sh\n${script}\n\`\`\`\n`).join('\n');
}
