// `npm run house`: measures the layout of the repository and prints each count beside its target.
//   --list   also names what was counted
//   --draw   writes docs/imports.md, the drawing of what imports what
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawImports } from './house/drawImports.mjs';
import { measure } from './house/measure.mjs';
import { fileImports, roomImports } from './lint/importGraph.mjs';
import { readImportTable } from './lint/importTable.mjs';
import { openRepository } from './lint/openRepository.mjs';

const root = path.resolve(import.meta.dirname, '..');
const repository = openRepository(root);
const table = readImportTable(root);

if (process.argv.includes('--draw')) {
  const sources = repository.files.filter((file) => /^src-.*\.tsx?$/.test(file));
  const levels = roomImports(fileImports(sources, repository.read), table);
  writeFileSync(path.join(root, 'docs/imports.md'), drawImports(levels));
  console.log('docs/imports.md is drawn');
} else {
  const counts = measure(repository, table);
  const width = Math.max(...counts.map(({ name }) => name.length));
  console.log(`${'count'.padEnd(width)}  target    now`);
  for (const { name, most, now, items } of counts) {
    const target = most === null ? 'few' : `≤ ${most}`;
    const mark = most === null || now <= most ? '' : '  ←';
    console.log(`${name.padEnd(width)}  ${target.padStart(6)}  ${String(now ?? '–').padStart(5)}${mark}`);
    if (process.argv.includes('--list')) for (const item of items) console.log(`    ${item}`);
  }
}
