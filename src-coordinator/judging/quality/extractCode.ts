import type { Finish } from '#shared/domain/tasks/assignment.ts';
import { rawPromptText } from '#shared/domain/tasks/promptText.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { CodeSnippet } from './CodeParser.ts';

/** Longer answers, in UTF-16 units, are not searched for code: they can have millions of lines. */
const maxUnits = 256 * 1024;

/** The code of an answer that should parse; none if the answer was cut off, is very long or has no code. Pure. */
export function extractCode(
  submission: Pick<Submission, 'type' | 'language' | 'messages' | 'context'>,
  { text, finish }: { readonly text: string; readonly finish: Finish },
): CodeSnippet[] {
  if (finish !== 'eog' || text.length > maxUnits) return [];
  switch (taskTypes[submission.type].answer) {
    case 'code':
      // A completion continues its prompt, so only the two together are code.
      return [{ code: `${rawPromptText(submission)}${text}`, language: submission.language }];
    case 'mixed':
      return fencedBlocks(text).map(({ language, code }) => ({ code, language: language || submission.language }));
    case 'prose':
      return [];
  }
}

/** The fenced code blocks of a Markdown answer with their languages. */
function fencedBlocks(text: string): CodeSnippet[] {
  const blocks: CodeSnippet[] = [];
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
