// A walk lists the files a reader opens to follow one operation through the programs. ARCHITECTURE.md has the walks, each
// under a heading "### Walk: …" as an ordered list whose items begin with a file in back-ticks:
//
//   1. `src-renderer/features/submit/useSubmit.ts` calls `task.submit`
//   2. `src-main/engine/api/handlers/taskHandlers.ts` answers `task.submit`
//
// Each step must lead to the next: one of the two files imports the other, or both contain a name that the second item
// has in back-ticks (a message, a command, a method of a port).

const heading = /^### Walk: (.+)$/;
const item = /^\d+\. `([^`]+)`(.*)$/;

/** The walks of a document: `{ name, steps: [{ file, names }] }`. */
export function readWalks(text) {
  const walks = [];
  let walk;
  for (const line of text.split('\n')) {
    const name = heading.exec(line)?.[1];
    if (name !== undefined) walks.push((walk = { name, steps: [] }));
    else if (line.startsWith('#')) walk = undefined;
    const step = item.exec(line);
    if (step !== null) walk?.steps.push({ file: step[1], names: namesIn(step[2]) });
  }
  return walks;
}

function namesIn(text) {
  return Array.from(text.matchAll(/`([^`]+)`/g), ([, name]) => name);
}

/** Problems with all walks of a document. */
export function checkWalks(text, imports, read) {
  return readWalks(text).flatMap((walk) => checkWalk(walk, imports, read));
}

/** Problems with the steps of a walk, as sentences. `imports` are the imports between files, `read` returns a file's text. */
export function checkWalk({ name, steps }, imports, read) {
  const problems = steps
    .filter(({ file }) => read(file) === undefined)
    .map(({ file }) => `Walk "${name}": ${file} is not there`);
  if (problems.length > 0) return problems;
  return steps.slice(1).flatMap((to, index) => {
    const from = steps[index];
    const leads =
      doesImport(imports, from.file, to.file) || to.names.some((one) => [from, to].every(contains(one, read)));
    return leads ? [] : [`Walk "${name}": nothing leads from ${from.file} to ${to.file}`];
  });
}

function doesImport(imports, a, b) {
  return imports.some(({ from, to }) => (from === a && to === b) || (from === b && to === a));
}

function contains(name, read) {
  return ({ file }) => read(file).includes(name);
}
