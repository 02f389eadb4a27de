/**
 * The packages that reach a person's machine: the run-time dependencies and what is bundled into the page, with
 * everything that these need. Read from the lockfile, so the answer is the same on every platform.
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

/** Where npm put a package, seen from another: in that one's own node_modules, or further up. */
function findPlace(packages, { name, from }) {
  const folders = from === '' ? [''] : [`${from}/`, ...parents(from), ''];
  return folders.map((folder) => `${folder}node_modules/${name}`).find((place) => packages[place] !== undefined);
}

function parents(place) {
  const end = place.lastIndexOf('/node_modules/');
  return end < 0 ? [] : [`${place.slice(0, end)}/`, ...parents(place.slice(0, end))];
}

/** Licences that stand in a package's own files but not in the lockfile. */
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

/** Packages whose licence nobody has looked at yet. Of alternatives ("A OR B"), one must be accepted; of "A AND B", all. */
export function unacceptedLicences(packages) {
  return packages.filter(({ licence }) => !isAccepted(licence));
}

function isAccepted(licence) {
  const plain = licence.replace(/^\(|\)$/g, '');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((part) => isAccepted(part));
  return plain.split(' AND ').every((part) => accepted.has(part));
}
