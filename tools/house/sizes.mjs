import path from 'node:path';

/** Folders with more than `most` children (READMEs excluded), as "folder (count)". */
export function crowdedFolders(files, most) {
  const children = new Map();
  for (const file of files.filter((name) => path.posix.basename(name) !== 'README.md')) {
    const parts = file.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (!children.has(folder)) children.set(folder, new Set());
      children.get(folder).add(parts[depth]);
    }
  }
  return [...children].filter(([, names]) => names.size > most).map(([folder, names]) => `${folder} (${names.size})`);
}

/** The names of a folder's children, READMEs excluded. */
export function boxesIn(files, folder) {
  const inside = files.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1));
  return [...new Set(inside.map((file) => file.split('/')[0]))].filter((name) => name !== 'README.md');
}

/** Files whose number of lines satisfies `matches`, as "file (lines)". */
export function filesWithLines(files, read, matches) {
  return files
    .map((file) => ({ file, lines: (read(file) ?? '').trimEnd().split('\n').length }))
    .filter(({ lines }) => matches(lines))
    .map(({ file, lines }) => `${file} (${lines})`);
}
