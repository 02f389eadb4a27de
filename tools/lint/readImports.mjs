const statement = /^(?:import|export)\b(?:\s([^;'"]*?)\bfrom)?\s*'([^']+)'/gm;
const call = /\bimport\(\s*'([^']+)'/g;

/**
 * The imports and re-exports of a source file as `{ specifier, kind }`. The kind is `value`, `type` (erased at run time) or
 * `dynamic` (an import() call). Relies on the project's formatting: each statement starts a line and uses single quotes.
 */
export function readImports(source) {
  return [
    ...Array.from(source.matchAll(statement), ([, names, specifier]) => ({
      specifier,
      kind: names !== undefined && isErased(names.trim()) ? 'type' : 'value',
    })),
    ...Array.from(source.matchAll(call), ([, specifier]) => ({ specifier, kind: 'dynamic' })),
  ];
}

function isErased(names) {
  if (/^type\b/.test(names)) return true;
  const named = /^\{([^}]*)\}$/.exec(names)?.[1];
  const single = named?.split(',').filter((name) => name.trim() !== '');
  return single !== undefined && single.length > 0 && single.every((name) => /^\s*type\s/.test(name));
}
