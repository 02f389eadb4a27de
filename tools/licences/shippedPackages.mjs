/**
 * The packages that ship: run-time dependencies and packages bundled into the page, with all their transitive
 * dependencies. Read from the lockfile, so the result is the same on every platform.
 * @param {{ packages: Record<string, any> }} lock
 * @param {readonly string[]} roots
 * @returns {{ name: string, version: string, licence: string, place: string }[]}
 */
export function shippedPackages(lock, roots) {
  const seen = new Map();
  const queue = roots.map((name) => ({ name, from: '' }));
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const place = findPlace(lock.packages, next);
    if (place === undefined || seen.has(place)) continue;
    const entry = lock.packages[place];
    seen.set(place, {
      name: next.name,
      version: entry.version,
      licence: entry.license ?? readByHand[next.name] ?? 'unknown',
      place,
    });
    const needs = { ...entry.dependencies, ...entry.optionalDependencies };
    queue.push(...Object.keys(needs).map((name) => ({ name, from: place })));
  }
  const once = new Map([...seen.values()].map((entry) => [`${entry.name}@${entry.version}`, entry]));
  return [...once.values()].toSorted(byName);
}

function byName(a, b) {
  return a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en');
}

/** Where npm installed a dependency of a package: in the package's own node_modules, or further up. */
function findPlace(packages, { name, from }) {
  const folders = from === '' ? [''] : [`${from}/`, ...parents(from), ''];
  return folders.map((folder) => `${folder}node_modules/${name}`).find((place) => packages[place] !== undefined);
}

function parents(place) {
  const end = place.lastIndexOf('/node_modules/');
  return end < 0 ? [] : [`${place.slice(0, end)}/`, ...parents(place.slice(0, end))];
}

/** Licences that are stated in a package's files but not in the lockfile. */
const readByHand = { 'xmlhttprequest-ssl': 'MIT' };

const accepted = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
]);

/** Packages whose licence is not on the accepted list. "A OR B" needs one accepted licence, "A AND B" all of them. */
export function unacceptedLicences(packages) {
  return packages.filter(({ licence }) => !isAccepted(licence));
}

function isAccepted(licence) {
  const plain = licence.replace(/^\(|\)$/g, '');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((part) => isAccepted(part));
  return plain.split(' AND ').every((part) => accepted.has(part));
}
