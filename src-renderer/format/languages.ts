/** Display names of programming languages, by the name that tasks and the catalogue use. */
export const languageNames: Readonly<Record<string, string>> = {
  javascript: 'JavaScript',
  typescript: 'TypeScript',
  python: 'Python',
  rust: 'Rust',
  go: 'Go',
  java: 'Java',
  c: 'C',
  cpp: 'C++',
  sql: 'SQL',
  bash: 'Shell',
  html: 'HTML',
  css: 'CSS',
};

/** "JavaScript, TypeScript"; "any" for an empty list. */
export function languagesText(languages: readonly string[]): string {
  return languages.length === 0 ? 'any' : languages.map((name) => languageNames[name] ?? name).join(', ');
}
