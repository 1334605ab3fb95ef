const UNRELEASED = '## [Unreleased]\n';

/**
 * What is unreleased becomes this version's, as Keep a Changelog has it.
 * @param {string} changelog
 * @param {string} version
 * @param {string} date
 * @returns {string}
 * @throws {Error} saying what to do, where there is nothing to release or the version is none
 */
export function stamp(changelog, version, date) {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    throw new Error(`'${version}' is no version: give one such as 1.2.3.`);
  if (changelog.includes(`## [${version}]`))
    throw new Error(`${version} is in CHANGELOG.md already: give a newer one.`);
  const [before, after] = changelog.split(UNRELEASED);
  if (after === undefined || !/^- /m.test(after.split(/^## /m)[0] ?? '')) {
    throw new Error("CHANGELOG.md has nothing under '## [Unreleased]': say there what has changed.");
  }
  return `${before}${UNRELEASED}\n## [${version}] - ${date}\n${after}`;
}
