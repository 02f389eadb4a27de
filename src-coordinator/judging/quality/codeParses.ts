import { parse } from '@babel/parser';
import { type CodeSnippet, dialects, isParsable } from './CodeParser.ts';

/**
 * True if all parsable snippets parse, null if none is parsable. The code is never run. An author can make the parser take
 * twice as long with every few characters, so call this only in a thread that can be terminated.
 */
export function codeParses(snippets: readonly CodeSnippet[]): boolean | null {
  const known = snippets.filter(isParsable);
  return known.length === 0 ? null : known.every(parsesAlone);
}

function parsesAlone({ code, language }: CodeSnippet): boolean {
  try {
    parse(code, {
      sourceType: 'unambiguous',
      plugins: [...(dialects.get(language) ?? [])],
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowUndeclaredExports: true,
    });
    return true;
  } catch {
    // A syntax error, or nesting that overflows the parser's stack.
    return false;
  }
}
