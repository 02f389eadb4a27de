import { parse } from '@babel/parser';
import type { CodePiece } from './CodeParser.ts';
import { dialects, isParsable } from './isParsable.ts';

/**
 * Whether pieces of code parse; null when none can be looked at. They are never run. The time that it takes can double
 * with every few characters, which whoever wrote them chose: only a thread that can be ended may be asked.
 */
export function codeParses(pieces: readonly CodePiece[]): boolean | null {
  const known = pieces.filter(isParsable);
  return known.length === 0 ? null : known.every(parsesAlone);
}

function parsesAlone({ code, language }: CodePiece): boolean {
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
    // A syntax error, or nesting deeper than the parser's stack.
    return false;
  }
}
