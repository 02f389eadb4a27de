import { z } from 'zod';
import type { Complexity } from '#shared/domain/swarm/reputationLevel.ts';

export const TaskType = z.enum([
  'code_completion',
  'code_generation',
  'code_review',
  'documentation',
  'test_generation',
  'debugging',
  'security_audit',
  'refactoring',
  'chat',
]);
export type TaskType = z.infer<typeof TaskType>;

/** Everything that depends on the type of a task (rules 4.4). */
interface TaskTypeRow {
  /** As shown in the interface. */
  readonly title: string;
  readonly shortTitle: string;
  readonly complexity: Complexity;
  /** `raw`: the prompt is continued as it is. `chat`: the model's own template, with this instruction as system text. */
  readonly prompt: { readonly kind: 'raw' } | { readonly kind: 'chat'; readonly instruction: string };
  /** Form of the answer: `code` is parsed as prompt + answer, `mixed` may contain code blocks, `prose` is text. */
  readonly answer: 'code' | 'mixed' | 'prose';
  readonly defaultMaxTokens: number;
  readonly mostTokens: number;
  /** Target time in milliseconds (paper 001 §6.1.1); "on time" means within it. The default deadline is ten times that. */
  readonly targetMs: number;
  readonly temperature: number;
}

const chat = (instruction: string) => ({ kind: 'chat', instruction }) as const;

export const taskTypes: Readonly<Record<TaskType, TaskTypeRow>> = {
  code_completion: {
    title: 'Complete code',
    shortTitle: 'Complete',
    complexity: 'simple',
    prompt: { kind: 'raw' },
    answer: 'code',
    defaultMaxTokens: 64,
    mostTokens: 4096,
    targetMs: 2_000,
    temperature: 0.7,
  },
  code_generation: {
    title: 'Generate code',
    shortTitle: 'Generate',
    complexity: 'medium',
    prompt: chat(
      'Write the code that the user asks for. Answer with code in one fenced block and at most two sentences.',
    ),
    answer: 'mixed',
    defaultMaxTokens: 512,
    mostTokens: 32_768,
    targetMs: 10_000,
    temperature: 0.7,
  },
  code_review: {
    title: 'Review code',
    shortTitle: 'Review',
    complexity: 'complex',
    prompt: chat(
      'Review the code. List concrete problems by severity, each with the line and a fix. Say so if there are none.',
    ),
    answer: 'prose',
    defaultMaxTokens: 768,
    mostTokens: 32_768,
    targetMs: 30_000,
    temperature: 0.6,
  },
  documentation: {
    title: 'Document code',
    shortTitle: 'Document',
    complexity: 'simple',
    prompt: chat(
      'Write documentation for the code: what it does, its inputs and outputs, its errors, and a short example.',
    ),
    answer: 'prose',
    defaultMaxTokens: 512,
    mostTokens: 32_768,
    targetMs: 15_000,
    temperature: 0.6,
  },
  test_generation: {
    title: 'Write tests',
    shortTitle: 'Tests',
    complexity: 'medium',
    prompt: chat('Write unit tests for the code with the usual test framework of its language. Cover the edge cases.'),
    answer: 'mixed',
    defaultMaxTokens: 768,
    mostTokens: 32_768,
    targetMs: 30_000,
    temperature: 0.7,
  },
  debugging: {
    title: 'Find bugs',
    shortTitle: 'Debug',
    complexity: 'complex',
    prompt: chat('Find the cause of the problem. Name the line, explain why it fails, and show the smallest fix.'),
    answer: 'mixed',
    defaultMaxTokens: 768,
    mostTokens: 32_768,
    targetMs: 30_000,
    temperature: 0.6,
  },
  security_audit: {
    title: 'Audit security',
    shortTitle: 'Security',
    complexity: 'premium',
    prompt: chat(
      'Audit the code for security problems. For each: the weakness, how it can be exploited, and how to fix it.',
    ),
    answer: 'prose',
    defaultMaxTokens: 1024,
    mostTokens: 32_768,
    targetMs: 30_000,
    temperature: 0.5,
  },
  refactoring: {
    title: 'Refactor code',
    shortTitle: 'Refactor',
    complexity: 'complex',
    prompt: chat(
      'Refactor the code without changing what it does. Answer with the new code and one sentence for each change.',
    ),
    answer: 'mixed',
    defaultMaxTokens: 1024,
    mostTokens: 32_768,
    targetMs: 60_000,
    temperature: 0.6,
  },
  chat: {
    title: 'Chat',
    shortTitle: 'Chat',
    complexity: 'simple',
    prompt: chat('You are a helpful, exact assistant for programmers. Answer briefly.'),
    answer: 'prose',
    defaultMaxTokens: 512,
    mostTokens: 32_768,
    targetMs: 30_000,
    temperature: 0.7,
  },
};

/** Default deadline of a task: ten times its target time, in milliseconds. */
export function defaultDeadlineMs(type: TaskType): number {
  return taskTypes[type].targetMs * 10;
}
