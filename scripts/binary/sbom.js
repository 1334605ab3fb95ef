/*
 * What is in the executables, as CycloneDX 1.6: the npm packages of the bundle, as in THIRD-PARTY-NOTICES, and Node with the
 * libraries that it says it is made of. https://cyclonedx.org/docs/1.6/json/
 */

/** Package URL of npm: the scope's @ is escaped. https://github.com/package-url/purl-spec */
const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** npm's `sha512-…` of the archive that was installed. */
const hashOf = (integrity) => ({
  alg: 'SHA-512',
  content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'),
});

/** An identifier of SPDX, or an expression of several. */
const licenceOf = (licence) =>
  licence.includes(' ') ? { expression: licence } : { license: { id: licence } };

/**
 * @param {{ name: string, version: string, license: string, description: string }} manifest nfm's own
 * @param {readonly { name: string, version: string, licence: string }[]} packages
 * @param {Record<string, { version: string, integrity?: string }>} locked package-lock.json's, by folder
 * @param {Record<string, string>} versions `process.versions` of the Node inside
 */
export function sbom(manifest, packages, locked, versions) {
  const integrities = new Map(
    Object.entries(locked).map(([folder, { version, integrity }]) => [
      `${folder.replace(/^.*node_modules\//, '')}@${version}`,
      integrity,
    ]),
  );
  const self = purl(manifest.name, manifest.version);
  const libraries = packages.map(({ name, version, licence }) => {
    const integrity = integrities.get(`${name}@${version}`);
    return {
      type: 'library',
      'bom-ref': purl(name, version),
      ...(name.startsWith('@') && { group: name.split('/')[0] }),
      name: name.split('/').at(-1),
      version,
      ...(integrity && { hashes: [hashOf(integrity)] }),
      licenses: [licenceOf(licence)],
      purl: purl(name, version),
    };
  });
  const { node, ...inside } = versions;
  const platform = {
    type: 'platform',
    'bom-ref': `node@${node}`,
    name: 'Node.js',
    version: node,
    licenses: [licenceOf('MIT')],
    purl: `pkg:generic/node@${node}`,
    components: Object.entries(inside)
      // The version of the interface for addons is no library's.
      .filter(([name]) => name !== 'modules' && name !== 'napi')
      .map(([name, version]) => ({ type: 'library', 'bom-ref': `node/${name}@${version}`, name, version })),
  };
  const components = [...libraries, platform];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name: manifest.name,
        version: manifest.version,
        description: manifest.description,
        licenses: [licenceOf(manifest.license)],
        purl: self,
      },
    },
    components,
    dependencies: [{ ref: self, dependsOn: components.map((component) => component['bom-ref']) }],
  };
}
