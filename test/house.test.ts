import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

/* docs/architecture.md: which room may import which. Types count: what is only understood together belongs together. */

/** Each room, and the rooms below it that it may import. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  judge: ['model'],
  render: ['model'],
  aws: ['model'],
  network: ['aws', 'model'],
  collect: ['aws', 'network', 'model'],
  manage: ['aws', 'network', 'model'],
  doctor: ['aws', 'manage', 'network', 'model'],
  provision: ['aws', 'collect', 'doctor', 'judge', 'manage', 'network', 'model'],
  sandbox: ['model'],
  cli: ['aws', 'collect', 'doctor', 'judge', 'manage', 'network', 'provision', 'render', 'sandbox', 'model'],
  main: ['cli'],
};

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.join('src', file));

/** Every file and the files that it imports, lazily or for their types alone too. */
const IMPORTS = new Map(
  SOURCES.map((file) => {
    const found = readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g);
    return [file, [...found].map(([, target = '']) => path.join(path.dirname(file), target))] as const;
  }),
);

function roomOf(file: string): string {
  const [, room = '', ...rest] = file.split('/');
  return rest.length ? room : 'main';
}

/** Tarjan's strongly connected components, of more than one file. https://doi.org/10.1137/0201010 */
function circles(): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const next of IMPORTS.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of SOURCES) if (!index.has(file)) visit(file);
  return found;
}

describe('the house', () => {
  test('every file is in a room', () => {
    expect(SOURCES.filter((file) => !(roomOf(file) in ROOMS))).toEqual([]);
    expect(SOURCES.length).toBeGreaterThan(100);
  });

  test('arrows point down', () => {
    const up = [...IMPORTS].flatMap(([file, targets]) =>
      targets
        .filter((target) => {
          const [from, to] = [roomOf(file), roomOf(target)];
          return from !== to && !ROOMS[from]?.includes(to);
        })
        .map((target) => `${file} → ${target}`),
    );
    expect(up).toEqual([]);
  });

  test('in cli, core knows no command, and help and completions are handed them', () => {
    const below: Readonly<Record<string, RegExp>> = {
      core: /^src\/cli\/core\//,
      help: /^src\/cli\/(core|help)\//,
      complete: /^src\/cli\/(core|help|complete)\//,
      commands: /^src\/cli\/(core|help|commands)\//,
    };
    const up = [...IMPORTS].flatMap(([file, targets]) => {
      const allowed = below[file.replace(/^src\/cli\/(\w+)\/.*$/, '$1')];
      return targets
        .filter((target) => target.startsWith('src/cli/') && allowed && !allowed.test(target))
        .map((target) => `${file} → ${target}`);
    });
    expect(up).toEqual([]);
  });

  test('what is imported is there', () => {
    const missing = [...IMPORTS.values()].flat().filter((target) => !IMPORTS.has(target));
    expect(missing).toEqual([]);
  });

  test('no circles', () => {
    expect(circles()).toEqual([]);
  });

  test('the judge knows no clock, no chance and no machine', () => {
    const impure = SOURCES.filter((file) => roomOf(file) === 'judge').filter((file) =>
      /Math\.random|Date\.now|new Date\(\)|process\.|from 'node:|performance\./.test(
        readFileSync(file, 'utf8'),
      ),
    );
    expect(impure).toEqual([]);
  });
});
