import { cycles, graphOf, longestChain } from '../lint/graphs.mjs';
import { checkRoomCycles, fileImports, roomImports, shortName } from '../lint/importGraph.mjs';
import { writersOfLiveState } from './liveState.mjs';
import { checkWalk, readWalks } from './readWalks.mjs';
import { boxesIn, crowdedFolders, filesWithLines } from './sizes.mjs';
import { unusedNames } from './unusedNames.mjs';

const programs = [
  { name: 'coordinator', folder: 'src-coordinator', boxes: 12, chain: 7 },
  { name: 'engine', folder: 'src-main/engine', boxes: 13, chain: 8 },
];

/** The walks in ARCHITECTURE.md, with the most files each may have. */
const walkLengths = {
  'submit → stored': 15,
  'offer → assignment': 12,
  "token → requester's screen": 20,
  settlement: 15,
};

/**
 * Measures the layout of the repository. Returns one entry per count: `{ name, most, now, items }`. `items` names what
 * was counted, or why it could not be; `most` is null where no limit applies, `now` is undefined if there is nothing to
 * measure.
 */
export function measure({ files, read }, table) {
  const sources = files.filter((file) => /^src-.*\.tsx?$/.test(file));
  const imports = fileImports(sources, read);
  const levels = roomImports(imports, table);
  const architecture = read('ARCHITECTURE.md') ?? '';
  return [
    ...programs.flatMap((program) => shape(program, sources, levels)),
    count('import cycles between files, type-only ones included', 0, fileCycles(sources, imports)),
    count('import cycles between rooms', 0, checkRoomCycles(imports, table)),
    count('names in "May import" that nobody uses', null, unusedNames(sources, read, table)),
    ...walks(architecture, imports, read),
    timers(architecture, read),
    count('files that write live task state', 1, writersOfLiveState(sources.filter(inCoordinator), read)),
    count('folders with more than 15 siblings', 0, crowdedFolders(sources, 15)),
    count(
      'files over 250 lines',
      null,
      filesWithLines(sources, read, (lines) => lines > 250),
    ),
    count(
      'files under 12 lines',
      null,
      filesWithLines(sources, read, (lines) => lines < 12),
    ),
  ];
}

function count(name, most, items) {
  return { name, most, now: items.length, items };
}

function inCoordinator(file) {
  return file.startsWith('src-coordinator/');
}

function shape({ name, folder, boxes, chain }, sources, levels) {
  const edges = (levels.get(folder) ?? []).map(({ from, to }) => [from, to]);
  const rooms = longestChain(graphOf([], edges)).map((room) => shortName(room, folder));
  return [
    count(`boxes at the top level of the ${name}`, boxes, boxesIn(sources, folder)),
    count(`longest chain of rooms in the ${name}`, chain, rooms),
  ];
}

function fileCycles(sources, imports) {
  const edges = imports.map(({ from, to }) => [from, to]);
  return cycles(graphOf(sources, edges)).map((cycle) => cycle.join(' → '));
}

function walks(architecture, imports, read) {
  const found = readWalks(architecture);
  return Object.entries(walkLengths).map(([name, most]) => {
    const walk = found.find((one) => one.name === name);
    const title = `files to open: ${name}`;
    if (walk === undefined) return { name: title, most, now: undefined, items: ['ARCHITECTURE.md has no such walk'] };
    const distinct = [...new Set(walk.steps.map(({ file }) => file))];
    return { name: title, most, now: distinct.length, items: checkWalk(walk, imports, read) };
  });
}

/** The timers that delay a token between model and screen, from the list in ARCHITECTURE.md of the files that set them. */
function timers(architecture, read) {
  const name = "timers on a token's way";
  const list = /^### Timers on a token's way\n([\s\S]*?)(?=^#|$(?![\s\S]))/m.exec(architecture)?.[1];
  if (list === undefined) return { name, most: 2, now: undefined, items: ['ARCHITECTURE.md has no such list'] };
  const listed = Array.from(list.matchAll(/^(?:\d+\.|-) `([^`]+)`/gm), ([, file]) => file);
  const wrong = listed.filter((file) => !/setTimer\(|setTimeout\(|requestAnimationFrame\(/.test(read(file) ?? ''));
  return { name, most: 2, now: listed.length, items: wrong.map((file) => `${file} sets no timer`) };
}
