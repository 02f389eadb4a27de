// Checks what needs to see all files of the repository at once; the rules are in tools/lint.
import path from 'node:path';
import { checkDrawing } from './house/drawImports.mjs';
import { checkWalks } from './house/readWalks.mjs';
import { checkReferences } from './lint/checkReferences.mjs';
import { checkRoomCycles, fileImports, roomImports } from './lint/importGraph.mjs';
import { readImportTable } from './lint/importTable.mjs';
import { openRepository } from './lint/openRepository.mjs';
import { checkNames, checkReadmes, checkSuppressions, checkTestPlaces } from './lint/structureRules.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { files, read } = openRepository(root);
const table = readImportTable(root);
const sources = files.filter((file) => /^src-.*\.tsx?$/.test(file));
const imports = fileImports(sources, read);
const problems = [
  ...checkReadmes(files, read),
  ...checkNames(files),
  ...checkSuppressions(files, read),
  ...checkTestPlaces(files),
  ...checkReferences(files, read),
  ...checkWalks(read('ARCHITECTURE.md'), imports, read),
  ...checkRoomCycles(imports, table),
  ...checkDrawing(read, roomImports(imports, table)),
];
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  console.log(`${files.length} files: READMEs, names and suppressions are fine`);
}
