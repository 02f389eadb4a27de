const importing =
  /(?:^|[\s;}])(?:import\s+(?!type\b)(?:[^'"();]*?\sfrom\s+)?|export\s+(?!type\b)[^'"();]*?\sfrom\s+|import\(\s*|@import\s+)['"]([^'"]+)['"]/g;

/**
 * The npm packages that a module or style sheet imports, type-only imports excluded.
 * @param {string} text
 * @returns {string[]}
 */
export function importedPackages(text) {
  const specifiers = [...text.matchAll(importing)].map(([, specifier]) => specifier);
  return [
    ...new Set(specifiers.filter((specifier) => /^[@a-z]/.test(specifier)).map((specifier) => nameOf(specifier))),
  ];
}

/** `@scope/name/file` and `name/file` belong to `@scope/name` and `name`. */
function nameOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
