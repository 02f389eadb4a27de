import { checkImport } from '../lint/checkImport.mjs';
import { ruleOf } from '../lint/importTable.mjs';
import { readImports } from '../lint/readImports.mjs';

/** Names in "May import" lines that no file of the room uses, as "room: name". */
export function unusedNames(sources, read, table) {
  const specifiers = new Map(table.map((rule) => [rule.room, []]));
  for (const file of sources) {
    const used = readImports(read(file) ?? '').map(({ specifier }) => ({ file, specifier }));
    specifiers.get(ruleOf(file, table)?.room)?.push(...used);
  }
  return table.flatMap((rule) =>
    namesOf(rule)
      .filter((name) => !specifiers.get(rule.room).some((used) => isAllowedBy(rule.room, name, used)))
      .map(({ title }) => `${rule.room}: ${title}`),
  );
}

/** Each name of a rule as a rule of its own. */
function namesOf({ paths = [], node = [], packages = [] }) {
  const alone = { paths: [], node: [], packages: [] };
  return [
    ...paths.map((title) => ({ ...alone, title, paths: [title] })),
    ...node.map((title) => ({ ...alone, title, node: [title] })),
    ...packages.map((title) => ({ ...alone, title, packages: [title] })),
  ];
}

function isAllowedBy(room, name, { file, specifier }) {
  const nothing = { room, paths: [], node: [], packages: [] };
  return (
    checkImport(file, specifier, [nothing]) !== undefined &&
    checkImport(file, specifier, [{ ...nothing, ...name }]) === undefined
  );
}
