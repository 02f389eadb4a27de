import type { Draft } from '#renderer/state/DraftContext.tsx';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import {
  promptBytes,
  taskLimits,
  type Priority,
  type PrivacyClass,
  type SubmissionInput,
} from '#shared/domain/tasks/task.ts';
import { defaultDeadlineMs, taskTypes, type TaskType } from '#shared/domain/tasks/taskType.ts';
import { bytesText, count } from '#renderer/format/numbers.ts';

/** The owner's defaults for fields that the draft leaves open. */
export interface DraftDefaults {
  readonly type: TaskType;
  readonly privacy: PrivacyClass;
  readonly priority: Priority;
}

export type DraftField = 'prompt' | 'maxTokens' | 'budget' | 'deadline';

export type DraftReading =
  | { readonly kind: 'ready'; readonly submission: SubmissionInput }
  | { readonly kind: 'empty' }
  | { readonly kind: 'wrong'; readonly field: DraftField; readonly problem: string };

/** Converts the fields into a submission, or names the first invalid field. */
export function readDraft(draft: Draft, defaults: DraftDefaults): DraftReading {
  if (draft.prompt.trim() === '') return { kind: 'empty' };
  const type = draft.type ?? defaults.type;
  const row = taskTypes[type];
  const maxTokens = wholeNumber(draft.maxTokens, row.defaultMaxTokens);
  if (maxTokens === null || maxTokens < 1 || maxTokens > row.mostTokens) {
    return wrong('maxTokens', `Enter a whole number from 1 to ${count(row.mostTokens)}.`);
  }
  const deadlineMs = draft.deadline.trim() === '' ? defaultDeadlineMs(type) : secondsToMs(draft.deadline);
  if (deadlineMs === null || deadlineMs < 1000 || deadlineMs > 86_400_000) {
    return wrong('deadline', 'Enter 1 to 86,400 seconds.');
  }
  const budget = budgetOf(draft.budget);
  if (budget === null) return wrong('budget', 'Enter an amount above zero, for example 0.5.');
  const submission: SubmissionInput = {
    type,
    messages: [{ role: 'user', content: draft.prompt }],
    context: draft.file?.text ?? '',
    language: draft.language,
    quality: draft.quality,
    maxTokens,
    deadlineMs,
    priority: draft.priority ?? defaults.priority,
    privacy: draft.privacy ?? defaults.privacy,
    audience: draft.audience,
    ...(draft.model === '' ? {} : { model: draft.model }),
    ...(budget === '' ? {} : { maxCredits: budget }),
  };
  const bytes = promptBytes({ messages: submission.messages, context: submission.context ?? '' });
  if (bytes > taskLimits.promptBytes) {
    return wrong(
      'prompt',
      `Prompt and file are ${bytesText(bytes)} together; the limit is ${bytesText(taskLimits.promptBytes)}.`,
    );
  }
  return { kind: 'ready', submission };
}

function wrong(field: DraftField, problem: string): DraftReading {
  return { kind: 'wrong', field, problem };
}

function wholeNumber(text: string, fallback: number): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return fallback;
  return /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : null;
}

function secondsToMs(text: string): number | null {
  return /^\d{1,6}(\.\d)?$/.test(text.trim()) ? Math.round(Number(text) * 1000) : null;
}

/** '' without a budget; null when invalid. */
function budgetOf(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(trimmed)) return null;
  const plain = trimmed.replace(/^0+(?=\d)/, '');
  return parseCredits(plain) > 0n ? plain : null;
}

/** Reads an attached file; rejects files that are too large or not text. */
export async function readTextFile(file: Blob, name: string): Promise<{ name: string; text: string }> {
  if (file.size > taskLimits.promptBytes) {
    throw new SwarmError(
      'prompt_too_long',
      `${name} is ${bytesText(file.size)}; the limit is ${bytesText(taskLimits.promptBytes)}.`,
    );
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return { name, text };
  } catch {
    // Falls through to the same error: a file that is not UTF-8 is not text.
  }
  throw new SwarmError('invalid_message', `${name} is not a text file. Attach source code or plain text.`);
}
