import type { ChatMessage } from './task.ts';

/**
 * The text that a model continues for task types with a raw prompt: the context, then the messages, a newline between
 * them. Checks that parse prompt + answer use the same text.
 */
export function rawPromptText(input: { readonly messages: readonly ChatMessage[]; readonly context: string }): string {
  const parts = [input.context, ...input.messages.map((message) => message.content)];
  return parts.filter((part) => part !== '').join('\n');
}
