/** Linux keeps this many characters of a program's name. */
const kernelNameLength = 15;

/** True when a running program is the one that the owner named, whatever its case, path or `.exe`. */
export function sameProgram(running: string, named: string): boolean {
  const one = plain(running);
  const other = plain(named);
  return one === other || (one.length === kernelNameLength && other.startsWith(one));
}

function plain(name: string): string {
  return name
    .trim()
    .replace(/^.*[\\/]/, '')
    .toLowerCase()
    .replace(/\.exe$/, '');
}
