import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/*
 * Whose code is in the bundle, and on which terms: from the modules that are in it, for THIRD-PARTY-NOTICES and for the
 * SBOM of the executables.
 */

/**
 * What may be in a program that is handed on under Apache-2.0. MPL-2.0 holds for its own files alone, and asks that who
 * gets them minified is told where they are as written (§3.2).
 */
const ALLOWED = new Set([
  'Apache-2.0',
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'MPL-2.0',
]);

const LICENCE_FILE = /^(licen[cs]e|copying|unlicense)/i;
const NOTICE_FILE = /^notice/i;

/** The package that a module of the bundle is of; undefined where it is our own. */
const folderOf = (module) => module.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0];

/**
 * @param {string} root
 * @param {Record<string, number>} modules bytes of each in the bundle
 */
export function bundledPackages(root, modules) {
  const folders = new Set(Object.keys(modules).map(folderOf));
  const found = new Map();
  for (const folder of folders) {
    if (folder === undefined) continue;
    const at = path.join(root, folder);
    const {
      name,
      version,
      license: licence,
    } = JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8'));
    const all = readdirSync(at);
    const read = (pattern) =>
      all.filter((file) => pattern.test(file)).map((file) => textOf(path.join(at, file)));
    const texts = [...read(LICENCE_FILE), ...read(NOTICE_FILE)];
    const files = Object.keys(modules).filter((module) => folderOf(module) === folder);
    const within = files.flatMap((file) => strangersIn(path.join(root, file), texts));
    const bundled = { name, version, licence, texts, within };
    const why = refused(bundled);
    if (why) throw new Error(`${name}@${version} cannot be bundled: ${why}`);
    found.set(`${name}@${version}`, bundled);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What a package took in from others, who ask that their notice is kept: their comments, which are not in minified code.
 * Those whom its own texts name are known.
 */
function strangersIn(file, texts) {
  const code = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const comments = code.match(/\/\*[\s\S]*?\*\/|(^[ \t]*\/\/.*\n)+/gm) ?? [];
  return comments.flatMap((comment) => {
    const lines = comment
      .split('\n')
      .map((line) => line.replace(/^\s*(\/\*+!?|\*+\/|\*|\/\/) ?|\*+\/\s*$/g, ''));
    const first = lines.findIndex((line) => {
      const [, holder] = /copyright(.*\d{4}.*|\s*\(c\).*)/i.exec(line) ?? [];
      return holder !== undefined && !texts.some((text) => text.includes(nameIn(holder)));
    });
    const notice = lines.slice(first).filter((line) => !line.startsWith('```'));
    return first < 0 ? [] : [notice.join('\n').trim()];
  });
}

/** '(c) 2018 The Stdlib Authors. All rights reserved.' */
const nameIn = (holder) =>
  holder.replace(/\(c\)|[\d-]{4,}|all rights reserved/gi, '').replace(/^[\s.,]+|[\s.,]+$/g, '');

function refused({ licence, texts }) {
  // 'A AND B' asks for both; a choice ('A OR B') is somebody's to make.
  const names = String(licence).replace(/[()]/g, '').split(' AND ');
  const stranger = names.find((name) => !ALLOWED.has(name));
  if (stranger) return `its licence '${stranger}' is none of ALLOWED in scripts/notices.js.`;
  // Some of the SDK's packages have no file (credential-provider-http, -login, nested-clients): one text is all of theirs.
  if (texts.length === 0 && licence !== 'Apache-2.0') return 'it comes without the text of its licence.';
  return undefined;
}

const textOf = (file) =>
  readFileSync(file, 'utf8')
    .replaceAll('\r', '')
    .replace(/^\n+|\s+$/g, '');

const RULE = `\n\n${'-'.repeat(80)}\n\n`;
const squeezed = (text) => text.replace(/\s+/g, ' ').trim();

/** Packages with the same texts stand together, and the terms that most of them share stand once, at the end. */
export function thirdPartyNotices(root, packages) {
  const [terms] = textOf(path.join(root, 'LICENSE')).split(/(?<=END OF TERMS AND CONDITIONS)/);
  const groups = new Map();
  for (const one of packages) {
    const text = textsOf(one, terms).join('\n\n');
    const key = `${one.licence}\n${squeezed(text)}`;
    const group = groups.get(key) ?? groups.set(key, { ...one, text, names: [] }).get(key);
    group.names.push(`${one.name} ${one.version}`);
  }
  const sections = [...groups.values()].map(({ names, licence, text }) =>
    [`${names.join('\n')}\nLicence: ${licence}`, text].filter(Boolean).join('\n\n'),
  );
  const within = new Map();
  for (const { name, within: notices } of packages) {
    for (const notice of notices) within.set(notice, (within.get(notice) ?? new Set()).add(name));
  }
  const taken = [...within].map(([notice, names]) => `Code within ${[...names].join(', ')}:\n\n${notice}`);
  return [
    'nfm contains parts of these packages of the npm registry, minified, without what it does not use.',
    ...sections,
    ...taken,
    `Apache-2.0\n\n${terms}`,
  ].join(RULE);
}

function textsOf({ name, version, licence, texts }, terms) {
  const own = texts.map((text) => {
    const [before, after] = text.split(/END OF TERMS AND CONDITIONS/);
    const whole = squeezed(`${before} END OF TERMS AND CONDITIONS`);
    return after !== undefined && whole === squeezed(terms) ? after.trim() : text;
  });
  const source = `Its source code as written: npm pack ${name}@${version}`;
  const atTheEnd = 'The terms of Apache-2.0 stand at the end of this file.';
  return [
    ...own,
    ...(licence.includes('Apache-2.0') ? [atTheEnd] : []),
    ...(licence.includes('MPL-2.0') ? [source] : []),
  ].filter(Boolean);
}
