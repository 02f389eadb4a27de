import { parse } from '@babel/parser';

/** Larger texts are not parsed: it would hold up everybody else. */
const mostBytes = 48 * 1024;

const dialects: Readonly<Record<string, readonly ('typescript' | 'jsx')[]>> = {
  javascript: ['jsx'],
  js: ['jsx'],
  jsx: ['jsx'],
  mjs: ['jsx'],
  typescript: ['typescript'],
  ts: ['typescript'],
  tsx: ['typescript', 'jsx'],
};

/** Whether a text parses; null when this coordinator cannot tell (another language, too long). It is never run. */
export function codeParses(code: string, language: string): boolean | null {
  const plugins = dialects[language];
  if (plugins === undefined || code.length > mostBytes) return null;
  try {
    parse(code, {
      sourceType: 'unambiguous',
      plugins: [...plugins],
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

/** Code blocks of an answer in Markdown with their languages. */
export function fencedBlocks(text: string): { language: string; code: string }[] {
  const blocks: { language: string; code: string }[] = [];
  let open: { language: string; lines: string[] } | null = null;
  for (const line of text.split('\n')) {
    if (!line.startsWith('```')) open?.lines.push(line);
    else if (open === null) open = { language: line.slice(3).trim().toLowerCase(), lines: [] };
    else {
      blocks.push({ language: open.language, code: open.lines.join('\n') });
      open = null;
    }
  }
  return blocks;
}
