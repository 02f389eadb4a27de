/** A snippet of code and its claimed language, by long or short name. */
export interface CodeSnippet {
  readonly code: string;
  readonly language: string;
}

/** Checks whether code parses, within bounded time. */
export interface CodeParser {
  /** True if all snippets parse, false if one does not, null if there is none or no verdict in time. Never rejects. */
  parses(snippets: readonly CodeSnippet[]): Promise<boolean | null>;
  close(): Promise<void>;
}

/** Longer snippets, in UTF-16 units, are not parsed: it would take too long. */
const maxUnits = 48 * 1024;

/** Parser plugins for each supported language. */
export const dialects: ReadonlyMap<string, readonly ('typescript' | 'jsx')[]> = new Map([
  ['javascript', ['jsx']],
  ['js', ['jsx']],
  ['jsx', ['jsx']],
  ['mjs', ['jsx']],
  ['typescript', ['typescript']],
  ['ts', ['typescript']],
  ['tsx', ['typescript', 'jsx']],
]);

/** True for a snippet in a supported language that is short enough. */
export function isParsable({ code, language }: CodeSnippet): boolean {
  return dialects.has(language) && code.length <= maxUnits;
}
