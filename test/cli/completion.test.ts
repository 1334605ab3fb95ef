import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { program } from '../../src/cli/commands/index.ts';
import { allNodes, completionTree, type Flag, SHELLS, type Shell } from '../../src/cli/complete/tree.ts';
import { access, account, ENV, nfm, PROGRAM } from './helpers.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NODES = allNodes(completionTree(program));

/** A home of its own, with an nfm on the PATH that writes down when it is started. */
const home = mkdtempSync(path.join(tmpdir(), 'nfm-completion-'));
const bin = path.join(home, 'bin');
const started = path.join(home, 'started');
mkdirSync(path.join(home, '.aws'), { recursive: true });
mkdirSync(bin);
const shim = path.join(bin, 'nfm');
writeFileSync(shim, `#!/bin/sh\necho "$@" >> '${started}'\nexec ${PROGRAM.join(' ')} "$@"\n`, {
  mode: 0o755,
});
/** On a busy machine Node alone may take 0.3 s: the limit is written down and has a test of its own. */
const limits = path.join(home, 'limits');
writeFileSync(path.join(bin, 'timeout'), `#!/bin/sh\necho "$@" >> '${limits}'\nshift 3\nexec "$@"\n`, {
  mode: 0o755,
});
writeFileSync(
  path.join(home, '.aws/config'),
  '[default]\n[profile dev]\nregion = eu-west-1\n[profile two words]\n[sso-session corp]\n[profile $(touch pwned)]\n',
);
writeFileSync(path.join(home, '.aws/credentials'), '[old-keys]\naws_access_key_id = x\n');
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(() => rmSync(started, { force: true }));

const env = { ...ENV, HOME: home, PATH: `${bin}:${process.env.PATH}`, LANG: 'C.UTF-8', TERM: 'xterm' };

/** What a shell offers at the end of each line, without what it does not know: descriptions, quotes, '--x=' before a value. */
function offers(shell: Shell, lines: readonly string[], more: Record<string, string> = {}): string[][] {
  const run = (file: string, args: readonly string[]) =>
    execFileSync(file, [...args, ...lines], {
      cwd: home,
      env: { ...env, ...more },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  const outputs: Record<Shell, () => string> = {
    bash: () => run('bash', ['--norc', '-c', BASH, 'bash', path.join(ROOT, 'completions/nfm.bash')]),
    zsh: () =>
      run('zsh', [
        '-f',
        path.join(import.meta.dirname, 'completion-zsh.zsh'),
        path.join(ROOT, 'completions'),
      ]),
    fish: () => run('fish', ['--no-config', '-c', FISH, path.join(ROOT, 'completions/nfm.fish')]),
  };
  const answers = outputs[shell]().split('=end=\n');
  return lines.map((_line, i) => {
    const words = (answers[i] ?? '').split('\n').filter((word) => word !== '');
    return [...new Set(words.map((word) => word.replace(/^--[\w-]+=(?=.)/, '').replaceAll('\\', '')))].sort();
  });
}

/** As readline splits them: '=' is a word of its own (COMP_WORDBREAKS). */
const BASH = `
source "$1"; shift
for line in "$@"; do
  read -ra COMP_WORDS <<< "\${line//=/ = }"
  [[ $line == *[\\ ] ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  function=$(complete -p nfm | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
  $function
  ((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}"
  echo '=end='
done`;

const FISH = `
source $argv[1]
for line in $argv[2..-1]
  complete -C $line | string replace -r '\\t.*' ''
  echo '=end='
end`;

/** A cache that 'nfm triage' has filled as a by-product: listed once, because it takes a while. */
let filled: Promise<{ here: Record<string, string>; cache: string }> | undefined;
function listed() {
  filled ??= (async () => {
    const { sandbox } = await account();
    const cache = mkdtempSync(path.join(home, 'cache-'));
    const here = { ...access(sandbox), HOME: home, XDG_CACHE_HOME: cache };
    const { code, stderr } = await nfm(QUICK, { env: here });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return { here, cache };
  })();
  return filled;
}

const QUICK = ['triage', '--since', '5m', '--baseline', 'none', '-o', 'json'];

function age(cache: string): void {
  for (const name of readdirSync(path.join(cache, 'nfm'))) {
    const old = Date.now() / 1000 - 301;
    utimesSync(path.join(cache, 'nfm', name), old, old);
  }
}

const words = (source: NonNullable<Flag['value']>['source']) => (source.kind === 'words' ? source.words : []);

describe.each(SHELLS)('%s', (shell) => {
  const missing = spawnSync('sh', ['-c', `command -v ${shell}`]).status !== 0;
  if (missing) {
    test.skip(`SKIPPED, ${shell} is not installed here: apt-get install -y bash zsh fish`);
    return;
  }

  test('every command offers its sub-commands and the values of its arguments, without starting Node', () => {
    const known = NODES.filter(({ argument }) => argument === null || argument.kind === 'words');
    const given = offers(
      shell,
      known.map(({ path: at }) => `nfm ${at}${at === '' ? '' : ' '}`),
    );
    known.forEach(({ path: at, children, argument }, i) => {
      const expected = [
        ...children.map((c) => c.path.split(' ').at(-1)),
        ...(argument ? words(argument) : []),
      ];
      // Where nothing else is left, zsh goes on to options.
      const offered = given[i]?.filter((word) => !word.startsWith('-'));
      expect([at, offered]).toEqual([at, expected.sort()]);
    });
    expect(existsSync(started)).toBe(false);
  });

  test('every command offers its options', () => {
    const given = offers(
      shell,
      NODES.map(({ path: at }) => `nfm ${at} --`.replace('  ', ' ')),
    );
    NODES.forEach(({ path: at, flags }, i) => {
      const long = flags.flatMap((f) => f.names).filter((name) => name.startsWith('--'));
      const offered = new Set(given[i]?.map((word) => word.replace(/=$/, '')));
      expect([at, [...offered]]).toEqual([at, long.sort()]);
    });
  });

  test('every option with known values offers them, as the next word and after =, without starting Node', () => {
    const valued = NODES.flatMap(({ path: at, flags, argument }) =>
      flags.flatMap(({ names, value }) =>
        // After an optional value an argument may follow as well, and those have tests of their own.
        value?.source.kind === 'words' && !(value.optional && argument)
          ? names.map((name) => ({
              line: `nfm ${at} ${name} `,
              expected: [...new Set(words(value.source))].sort(),
            }))
          : [],
      ),
    );
    const given = offers(
      shell,
      valued.map(({ line }) => line),
    );
    valued.forEach(({ line, expected }, i) => {
      expect([line, given[i]?.filter((word) => !word.startsWith('-'))]).toEqual([line, expected]);
    });
    const [json] = offers(shell, ['nfm triage --output=j']);
    expect(json).toEqual(['json']);
    expect(existsSync(started)).toBe(false);
  });

  test('the value of an option is no command', () => {
    expect(offers(shell, ['nfm triage --vpc sandbox -o mark', 'nfm sandbox list -o '])).toEqual([
      ['markdown'],
      ['csv', 'json', 'markdown', 'ndjson', 'table', 'text', 'wide', 'yaml'],
    ]);
  });

  test('what is joined goes on after the + or comma', () => {
    const given = offers(shell, [
      'nfm triage --sandbox packet-loss+no-mon',
      'nfm triage --sandbox=quiet+irsa+fargat',
      'nfm sandbox serve quiet+aws-imp',
      'nfm triage --columns az,verd',
      'nfm doctor --only scope,ssm-onl',
    ]);
    // zsh shows only what it puts in.
    const whole = given.map((words) => words.map((word) => word.replace(/.*[+,]/, '')));
    expect(whole).toEqual([['no-monitor'], ['fargate'], ['aws-impairment'], ['verdict'], ['ssm-online']]);
    if (shell !== 'zsh') expect(given[0]).toEqual(['packet-loss+no-monitor']);
  });

  test.runIf(shell === 'bash')('options may stand before the command', () => {
    expect(offers(shell, ['nfm --region eu-west-1 tria'])).toEqual([['triage']]);
  });

  test('files where a file is meant, and only there', () => {
    writeFileSync(path.join(home, 'incident.json'), '{}');
    const [file, none] = offers(shell, ['nfm triage --case inc', 'nfm triage --vpc inc']);
    expect(file).toEqual(['incident.json']);
    expect(none).toEqual([]);
  });

  test('profiles of the shared configuration, none of them run as code', () => {
    const [all, some] = offers(shell, ['nfm triage --profile ', 'nfm triage --profile ol']);
    expect(all).toEqual(['$(touch pwned)', 'default', 'dev', 'old-keys', 'two words']);
    expect(some).toEqual(['old-keys']);
    expect(existsSync(path.join(home, 'pwned'))).toBe(false);
  });

  test('monitors that a command has listed, of the Region and profile that are named, for five minutes', async () => {
    const { here, cache } = await listed();
    const [all, zones, ...others] = offers(
      shell,
      [
        'nfm triage --monitor demo-',
        'nfm monitor show demo-zone-',
        'nfm triage --region eu-west-1 --monitor demo-',
        'nfm triage --profile dev --monitor demo-',
      ],
      here,
    );
    expect(all).toEqual(['demo-vpc', 'demo-zone-a', 'demo-zone-b']);
    expect(zones).toEqual(['demo-zone-a', 'demo-zone-b']);
    expect(others).toEqual([[], []]);
    expect(readFileSync(limits, 'utf8')).toMatch(
      /^-s KILL 0\.3 nfm __complete monitors triage --monitor demo-$/m,
    );

    const stale = mkdtempSync(path.join(home, 'stale-'));
    cpSync(cache, stale, { recursive: true });
    age(stale);
    expect(offers(shell, ['nfm triage --monitor demo-'], { ...here, XDG_CACHE_HOME: stale })).toEqual([[]]);
  });

  test('an nfm that hangs or fails costs 0.3 s and says nothing', () => {
    const slow = path.join(home, `slow-${shell}`);
    mkdirSync(slow);
    const file = path.join(slow, 'nfm');
    writeFileSync(file, '#!/bin/sh\necho oops >&2\nexec sleep 20\n', { mode: 0o755 });
    const start = performance.now();
    expect(offers(shell, ['nfm triage --profile '], { PATH: `${slow}:${process.env.PATH}` })).toEqual([[]]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('nfm completion prints the checked-in script', async () => {
    const { code, stdout, stderr } = await nfm(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const file = { bash: 'nfm.bash', zsh: '_nfm', fish: 'nfm.fish' }[shell];
    expect(stdout).toBe(readFileSync(path.join(ROOT, 'completions', file), 'utf8'));
  });
});

describe('nfm __complete', () => {
  test('is hidden', async () => {
    const { stdout } = await nfm(['--help']);
    expect(stdout).not.toContain('__complete');
  });

  test.each([
    ['no home', { HOME: '/nonexistent' }],
    ['a folder for a file', { AWS_CONFIG_FILE: tmpdir(), AWS_SHARED_CREDENTIALS_FILE: tmpdir() }],
    ['a device that never ends', { AWS_CONFIG_FILE: '/dev/zero', AWS_SHARED_CREDENTIALS_FILE: '/dev/zero' }],
  ])('says nothing with %s', async (_what, more) => {
    expect(await nfm(['__complete', 'profiles'], { env: more })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await nfm(['__complete', 'monitors'], { env: more })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await nfm(['__complete'], { env: more })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('never waits for a pipe', async () => {
    const pipe = path.join(home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const files = { AWS_CONFIG_FILE: pipe, AWS_SHARED_CREDENTIALS_FILE: pipe };
    expect(await nfm(['__complete', 'profiles'], { env: files })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('a home that cannot be written to fails no command', async () => {
    const { here } = await listed();
    const { code, stderr } = await nfm(QUICK, { env: { ...here, XDG_CACHE_HOME: '/proc/nowhere' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('tells accounts, Regions and endpoints apart, however they are named', async () => {
    const { here, cache } = await listed();
    const region = here.AWS_REGION ?? '';
    const ask = async (more: Record<string, string>, ...asked: string[]) =>
      (await nfm(['__complete', 'monitors', ...asked], { env: { ...here, ...more } })).stdout;
    const all = 'demo-vpc\ndemo-zone-a\ndemo-zone-b\n';
    expect(await ask({})).toBe(all);
    for (const asked of [['--region', region], [`--region=${region}`], ['--region', '=', region]]) {
      expect(await ask({ AWS_REGION: 'eu-west-1' }, ...asked)).toBe(all);
    }
    expect(await ask({ AWS_REGION: 'eu-west-1' })).toBe('');
    expect(await ask({ AWS_ACCESS_KEY_ID: 'AKIAOTHER' })).toBe('');
    expect(await ask({ AWS_ENDPOINT_URL: '' })).toBe('');
    expect(await ask({}, '--sandbox')).toBe('');
    for (const name of readdirSync(path.join(cache, 'nfm'))) {
      expect(statSync(path.join(cache, 'nfm', name)).mode & 0o077).toBe(0);
      expect(name + readFileSync(path.join(cache, 'nfm', name), 'utf8')).not.toContain('AKIA');
    }
  });
});

test.each(
  NODES.flatMap(({ path: at, flags }) =>
    flags.filter((f) => f.names.includes('--columns')).map((f) => [at, f] as const),
  ),
)('nfm %s knows its columns', async (at, { value }) => {
  const needed: Readonly<Record<string, string[]>> = {
    'case show': ['x'],
    'monitor show': ['x'],
    'monitor create': ['x', '--vpc', 'vpc-0d5c1a7be93f24a60', '--yes'],
    'monitor update': ['demo-vpc', '--add-subnet', 'subnet-0a1f6c2d4e8b97035', '--yes'],
    'monitor delete': ['demo-vpc', '--yes'],
    'monitor tag': ['demo-vpc', '--tag', 'a=b', '--yes'],
    'scope create': ['--yes'],
    'scope update': ['--add-account', '210987654321', '--yes'],
    'scope delete': ['--yes'],
    'scope tag': ['--tag', 'a=b', '--yes'],
  };
  const { stderr } = await nfm(
    [...at.split(' '), ...(needed[at] ?? []), '--columns', 'no-such-column', '-o', 'csv'],
    {
      env: { AWS_REGION: 'ap-northeast-3' },
    },
  );
  const [, said = ''] = /^hint: Columns: (.*)\.$/m.exec(stderr) ?? [];
  const offered = value ? words(value.source) : [];
  expect([stderr, offered]).toEqual([stderr, expect.arrayContaining(said.split(', '))]);
});

test('an unknown shell is a usage error that names the known ones', async () => {
  const { code, stdout, stderr } = await nfm(['completion', 'powershell']);
  expect({ code, stdout }).toEqual({ code: 252, stdout: '' });
  expect(stderr).toContain('bash, zsh, fish');
});

test('an option takes a value in every command or in none: fish knows only its name', () => {
  const flags = NODES.flatMap((node) => node.flags);
  const valued = new Set(flags.filter((f) => f.value).flatMap((f) => f.names));
  const bare = new Set(flags.filter((f) => !f.value).flatMap((f) => f.names));
  expect([...valued].filter((name) => bare.has(name))).toEqual([]);
});
