import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { rawPromptText } from '#shared/domain/tasks/promptText.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { TaskAssign } from '#shared/protocol/working.ts';
import type { GeneratePrompt } from '#shared/worker/EngineToWorker.ts';
import type { z } from 'zod';

type Assign = z.output<typeof TaskAssign>;

/** The prompt of an assignment: the ids of a continuation, a plain text, or a conversation in the model's template. */
export function promptOf(assign: Assign, model: InstalledModel): GeneratePrompt {
  const { input, type } = assign;
  if (input.scheme === 'continue') return { kind: 'ids', promptIds: input.promptIds, prefixIds: input.prefixIds };
  const { prompt } = taskTypes[type];
  if (prompt.kind === 'raw' || !model.chatTemplate) return { kind: 'text', text: rawPromptText(input) };
  const context = input.context === '' ? [] : [{ role: 'user' as const, content: input.context }];
  const language = assign.language === '' ? '' : ` The language is ${assign.language}.`;
  const messages = [{ role: 'system' as const, content: prompt.instruction + language }, ...context, ...input.messages];
  return { kind: 'messages', messages: mergeNeighbours(messages).slice(0, 64) };
}

type Message = Extract<Assign['input'], { scheme: 'plain' }>['messages'][number];

/** Joins consecutive messages of one role: templates expect the roles to alternate. */
function mergeNeighbours(messages: readonly Message[]): Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === message.role) {
      merged[merged.length - 1] = { role: last.role, content: `${last.content}\n\n${message.content}` };
    } else merged.push(message);
  }
  return merged;
}
