/**
 * THIRD-PARTY-NOTICES.md.
 * @typedef {{ name: string, version: string, licence: string }} Package
 * @param {readonly Package[]} packages
 */
export function notices(packages) {
  return [
    '# What Open Swarm is made of',
    '',
    'Open Swarm itself is under the MIT licence (LICENSE). It ships with the packages below, each under its own licence;',
    'the texts lie in `licences.txt` of an installed app. It also carries Node.js (MIT, with',
    'its parts listed in its own LICENSE), llama.cpp inside node-llama-cpp (MIT) and, as a desktop app, Electron (MIT)',
    'with Chromium, whose licences lie beside the program. The starter model was trained for Open Swarm (MIT).',
    '',
    'This list is written by `node tools/list-licences.mjs` from the lockfile.',
    '',
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`),
    '',
  ].join('\n');
}

/**
 * The same list as JSON, a package a line, for Settings.
 * @param {readonly Package[]} packages
 */
export function listForPage(packages) {
  return `[\n${packages.map((each) => lineOf(each)).join(',\n')}\n]\n`;
}

function lineOf({ name, version, licence }) {
  const [quotedName, quotedVersion, quotedLicence] = [name, version, licence].map((text) => JSON.stringify(text));
  return `  { "name": ${quotedName}, "version": ${quotedVersion}, "licence": ${quotedLicence} }`;
}
