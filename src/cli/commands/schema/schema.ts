import { closest } from '../../../model/closest.ts';
import { UsageError } from '../../../model/errors.ts';
import { renderJson } from '../../../render/json.ts';
import { items } from '../../../render/layout.ts';
import type { Context } from '../../core/context.ts';
import { jsonSchemaOf } from '../../core/schemas.ts';
import { type CommandSpec, commandName, DOCUMENT_NAMES } from '../../core/spec.ts';

/** Of a document, or of what a command prints; without either, the list of both. */
export async function printSchema(
  { io, commands }: Context,
  _options: object,
  words: readonly string[],
): Promise<number> {
  const asked = words.join(' ');
  const printing = commands.filter(({ documents }) => documents.length > 0);
  if (asked === '') {
    io.stdout.write(`${overview(printing, Math.min(io.stdout.columns ?? 80, 100))}\n`);
    return 0;
  }
  const [result, ...others] = printing.find((spec) => commandName(spec) === asked)?.documents ?? [];
  const found = DOCUMENT_NAMES.find((name) => name === asked) ?? result?.name;
  if (!found) {
    const names = [...DOCUMENT_NAMES, ...printing.map(commandName)];
    const near = closest(asked, names);
    throw new UsageError(
      'unknown-schema',
      `There is no document, and no command with one, named '${asked}'.`,
      {
        hint: near ? `Did you mean '${near}'?` : "'nfm schema' lists them.",
      },
    );
  }
  io.stdout.write(renderJson(jsonSchemaOf(found)));
  // Of 'nfm schema triage' too, which names both; a program reads stdout alone.
  for (const { name, when } of others) {
    io.stderr.write(
      `note: ${found} is what nfm ${asked} prints; ${when}, it is ${name}: nfm schema ${name}\n`,
    );
  }
  return 0;
}

function overview(commands: readonly CommandSpec[], width: number): string {
  const documents = DOCUMENT_NAMES.map((name) => ({
    label: name,
    text: printers(commands, name).join(', '),
  }));
  return [
    "Documents, and the commands that print them. 'nfm schema NAME' takes either.",
    '',
    ...items(documents, width, '  '),
  ].join('\n');
}

function printers(commands: readonly CommandSpec[], document: string): string[] {
  if (document === 'error') return ['every command, on stderr with -o json'];
  return commands.flatMap((spec) =>
    spec.documents
      .filter(({ name }) => name === document)
      .map(({ when }) => (when ? `${commandName(spec)} (${when})` : commandName(spec))),
  );
}
