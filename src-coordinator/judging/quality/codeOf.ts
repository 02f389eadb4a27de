import type { Finish } from '#shared/domain/tasks/assignment.ts';
import { rawPromptText } from '#shared/domain/tasks/promptText.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { CodePiece } from './CodeParser.ts';

/** Longer answers are not taken apart: they can have millions of lines. */
const mostUnits = 256 * 1024;

/** The code of an answer that can be asked to parse: none when the answer was cut, is very long, or holds no code. Pure. */
export function codeOf(
  submission: Pick<Submission, 'type' | 'language' | 'messages' | 'context'>,
  { text, finish }: { readonly text: string; readonly finish: Finish },
): CodePiece[] {
  if (finish !== 'eog' || text.length > mostUnits) return [];
  switch (taskTypes[submission.type].answer) {
    case 'code':
      // A completion continues its prompt: only both together are code.
      return [{ code: `${rawPromptText(submission)}${text}`, language: submission.language }];
    case 'mixed':
      return fencedBlocks(text).map(({ language, code }) => ({ code, language: language || submission.language }));
    case 'prose':
      return [];
  }
}

/** Code blocks of an answer in Markdown with their languages. */
function fencedBlocks(text: string): CodePiece[] {
  const blocks: CodePiece[] = [];
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
