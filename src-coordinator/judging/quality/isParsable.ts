import type { CodePiece } from './CodeParser.ts';

/** Larger texts are not parsed: it would take too long. */
const mostUnits = 48 * 1024;

/** What the parser is told of each language that is known here. */
export const dialects: ReadonlyMap<string, readonly ('typescript' | 'jsx')[]> = new Map([
  ['javascript', ['jsx']],
  ['js', ['jsx']],
  ['jsx', ['jsx']],
  ['mjs', ['jsx']],
  ['typescript', ['typescript']],
  ['ts', ['typescript']],
  ['tsx', ['typescript', 'jsx']],
]);

/** Whether a piece can be looked at: it has text, a language that is known here, and is not too long. */
export function isParsable({ code, language }: CodePiece): boolean {
  return dialects.has(language) && code.length <= mostUnits;
}
