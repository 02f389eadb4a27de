import { components, graphOf } from '../lint/graphs.mjs';
import { loose, shortName } from '../lint/importGraph.mjs';

const drawn = [
  ['The repository', ''],
  ['Coordinator', 'src-coordinator'],
  ['Engine', 'src-main/engine'],
  ['Interface', 'src-renderer'],
];

/** A problem when docs/imports.md does not show the imports of the code. */
export function checkDrawing(read, levels) {
  if (read('docs/imports.md') === drawImports(levels)) return [];
  return ['docs/imports.md is out of date: run "npm run house -- --draw"'];
}

/** The text of docs/imports.md: one diagram per level, with arrows from the importing room to the imported one. */
export function drawImports(levels) {
  const drawings = drawn.map(([title, level]) => `## ${title}\n\n${draw(levels.get(level) ?? [], level)}`);
  return [
    '# Imports between rooms',
    'Drawn by `npm run house -- --draw` from the imports in the code; the README of each room says what it may import.\n' +
      'Where a longer path exists, the direct arrow is left out: with a → b → c in the diagram, a may import c as well.',
    ...drawings,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function draw(edges, level) {
  const graph = graphOf(
    [],
    edges.map(({ from, to }) => [from, to]),
  );
  const lines = [...withoutDetours(graph)]
    .flatMap(([from, next]) => [...next].map((to) => `  ${box(from, level)} --> ${box(to, level)}`))
    .toSorted((a, b) => (a < b ? -1 : 1));
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
}

function box(room, level) {
  const name = room === loose ? 'own files' : shortName(room, level);
  return `${name.replaceAll(/[^a-zA-Z]/g, '_')}["${name}"]`;
}

/** The transitive reduction of a graph. Edges within a cycle all stay. */
export function withoutDetours(graph) {
  const groupOf = new Map(components(graph).flatMap((group) => group.map((node) => [node, group])));
  const reduced = new Map();
  for (const [from, next] of graph) {
    const kept = [...next].filter(
      (to) =>
        groupOf.get(from) === groupOf.get(to) ||
        ![...next].some((other) => other !== to && reaches(graph, other, to, from)),
    );
    reduced.set(from, new Set(kept));
  }
  return reduced;
}

function reaches(graph, start, goal, without) {
  const seen = new Set([start, without]);
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node)) {
      if (next === goal) return true;
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return false;
}
