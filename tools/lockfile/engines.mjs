/**
 * The packages of a lockfile with an `engines` field; not the project and its workspaces, whose entries npm rewrites.
 * @param {{ packages: Record<string, Record<string, unknown>> }} lock
 * @returns {string[]}
 */
export function packagesWithEngines(lock) {
  return Object.entries(lock.packages)
    .filter(([place, { engines }]) => isInstalled(place) && engines !== undefined)
    .map(([place]) => place);
}

/**
 * The same lockfile without them.
 * @param {{ packages: Record<string, Record<string, unknown>> }} lock
 */
export function withoutEngines(lock) {
  const packages = Object.entries(lock.packages).map(([place, { engines, ...rest }]) => [
    place,
    isInstalled(place) || engines === undefined ? rest : { ...rest, engines },
  ]);
  return { ...lock, packages: Object.fromEntries(packages) };
}

function isInstalled(place) {
  return place.startsWith('node_modules/');
}
