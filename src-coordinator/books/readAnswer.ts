import type { AssignmentRecord, TaskRecord } from './records.ts';
import type { Tables } from '#coordinator/storage/sqlite/Tables.ts';
import { isPartOfAnswer } from './taskView.ts';

export interface Answer {
  readonly attempt: number;
  readonly ids: number[];
  readonly text: string;
  /** Ids of the prompt, from the first segment. */
  readonly promptIds: number[];
}

export interface AnswerPart {
  readonly attempt: number;
  /** Index of the first token of this part: the start of the chunk that holds the token asked for. */
  readonly from: number;
  readonly tokens: number;
  readonly text: string;
}

/** The whole present answer. */
export function readAnswer(tables: Tables, taskId: string): Answer {
  const task = tables.tasks.get(taskId);
  const segments = task === undefined ? [] : partsOf(tables, task);
  const texts = segments.map(({ assignmentId }) => tables.chunks.segment(assignmentId));
  return {
    attempt: task?.attempt ?? 0,
    ids: texts.flatMap((segment) => segment.ids),
    text: texts.map((segment) => segment.text).join(''),
    promptIds: [...(texts.find((segment) => segment.promptIds.length > 0)?.promptIds ?? [])],
  };
}

/** The present answer from token `from` on; from its beginning when another attempt was asked for. */
export function readAnswerFrom(tables: Tables, taskId: string, attempt: number, from: number): AnswerPart {
  const task = tables.tasks.get(taskId);
  if (task === undefined) return { attempt: 0, from: 0, tokens: 0, text: '' };
  const chunks = partsOf(tables, task).flatMap(({ assignmentId, startIndex }) =>
    tables.chunks.chunks(assignmentId).map((chunk) => ({ ...chunk, start: startIndex + chunk.start })),
  );
  const wanted = task.attempt === attempt ? from : 0;
  const part = chunks.filter((chunk) => chunk.start + chunk.tokens > wanted);
  return {
    attempt: task.attempt,
    from: part[0]?.start ?? chunks.reduce((sum, chunk) => sum + chunk.tokens, 0),
    tokens: part.reduce((sum, chunk) => sum + chunk.tokens, 0),
    text: part.map((chunk) => chunk.text).join(''),
  };
}

function partsOf(tables: Tables, task: TaskRecord): AssignmentRecord[] {
  return tables.assignments.ofTask(task.taskId).filter((assignment) => isPartOfAnswer(task, assignment));
}
