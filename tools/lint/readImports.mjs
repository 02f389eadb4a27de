const statement = /^(?:import|export)\b(?:\s([^;'"]*?)\bfrom)?\s*'([^']+)'/gm;
const call = /\bimport\(\s*'([^']+)'/g;

/**
 * The modules that a source file names in imports and re-exports: `{ specifier, kind }`, with the kind `value`, `type`
 * (erased when the file runs) or `dynamic` (loaded when it is called). Relies on the project's formatting: statements
 * begin their line, names stand in single quotes.
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
