import { readFile } from 'node:fs/promises';
import type { TaskDetail } from '#shared/api/history.ts';
import type { SubmissionInput } from '#shared/domain/tasks/task.ts';
import { defaultDeadlineMs, TaskType, taskTypes } from '#shared/domain/tasks/taskType.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withoutSign } from '#main/cli/program/formatTable.ts';
import { followAnswer } from './followAnswer.ts';
import { resolveModel } from '#main/cli/models/resolveModel.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';
import type { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';

/** Options of `submit`, as parsed from the command line. */
export interface SubmitOptions {
  readonly type: string;
  readonly prompt?: string;
  readonly file?: string;
  /** `-` when the prompt comes from stdin. */
  readonly source?: string;
  readonly maxTokens?: number;
  readonly quality?: string;
  readonly maxCredits?: string;
  readonly model?: string;
  readonly language?: string;
  readonly priority?: string;
  readonly deadlineMs?: number;
  readonly privacy?: string;
  readonly title?: string;
  readonly temperature?: number;
  readonly stream: boolean;
  readonly detach: boolean;
}

/** `submit`: submits a task and prints its answer. Ctrl-C cancels the task. */
export async function submit(context: CommandContext, options: SubmitOptions): Promise<ExitCode> {
  const prompt = await readPrompt(context, options);
  return withEngine(context, async (client) => {
    const submission = await submissionFrom(client, options, prompt);
    const startedAt = performance.now();
    const { taskId } = await client.call('task.submit', { submission, detach: options.detach });
    if (options.detach) {
      context.line({ taskId });
      context.say(taskId);
      return exitCodes.done;
    }
    const cancel = (): void => void client.call('task.cancel', { taskId }).catch(() => {});
    const stop = context.onInterrupt(cancel);
    try {
      const { firstTextMs } = await followAnswer(client, taskId, {
        startedAt,
        onText: (text) => options.stream && showText(context, text),
        onReset: () => options.stream && showReset(context),
        onWaiting: (reason) => showWaiting(context, reason),
      });
      const detail = await client.call('task.get', { taskId });
      return report(context, detail, { firstTextMs, streamed: options.stream });
    } finally {
      stop();
    }
  });
}

async function readPrompt(context: CommandContext, { prompt, file, source }: SubmitOptions): Promise<string> {
  const given = [prompt, file, source].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('Give the prompt in exactly one way: --prompt TEXT, --file FILE, or -');
  if (prompt !== undefined) return prompt;
  if (file === undefined) return context.readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`Cannot read the file ${file}.`, { cause });
  }
}

async function submissionFrom(
  client: LocalEngineClient,
  options: SubmitOptions,
  prompt: string,
): Promise<SubmissionInput> {
  const type = TaskType.parse(options.type);
  const model = options.model === undefined ? undefined : await resolveModel(client, options.model);
  const { settings } = await client.call('snapshot', {});
  // The engine validates the submission and names an invalid field; it is not validated twice.
  const optional = Object.fromEntries(
    Object.entries({
      model,
      quality: options.quality,
      maxCredits: options.maxCredits,
      language: options.language,
      priority: options.priority,
      privacy: options.privacy,
      title: options.title,
      temperature: options.temperature,
    }).filter(([, value]) => value !== undefined),
  );
  return {
    type,
    messages: [{ role: 'user', content: prompt }],
    maxTokens: options.maxTokens ?? taskTypes[type].defaultMaxTokens,
    deadlineMs: options.deadlineMs ?? defaultDeadlineMs(type),
    privacy: settings['requests.defaultPrivacy'],
    priority: settings['requests.defaultPriority'],
    ...optional,
  };
}

function showText(context: CommandContext, text: string): void {
  context.line({ event: 'tokens', text });
  if (!context.json) context.out(text);
}

function showWaiting(context: CommandContext, reason: string): void {
  context.line({ event: 'waiting', reason });
  context.note(reason);
}

function showReset(context: CommandContext): void {
  context.line({ event: 'reset' });
  context.say('\n--- the answer restarts ---');
}

function report(
  context: CommandContext,
  detail: TaskDetail,
  { firstTextMs, streamed }: { firstTextMs: number | null; streamed: boolean },
): ExitCode {
  const credits = withoutSign(detail.credits);
  const firstTokenMs = detail.firstTokenMs ?? firstTextMs;
  context.line({
    taskId: detail.taskId,
    status: detail.status,
    text: detail.output ?? '',
    partial: detail.partial,
    outputTokens: detail.outputTokens,
    credits,
    nodeId: detail.otherId,
    firstTokenMs: firstTokenMs === null ? null : Math.round(firstTokenMs),
    tokensPerSecond: detail.tokensPerSecond,
    fee: withoutSign(detail.fee),
    reason: detail.reason,
    quality: detail.quality,
  });
  context.say(streamed ? '' : (detail.output ?? ''));
  const speed = detail.tokensPerSecond === null ? '' : `, ${Math.round(detail.tokensPerSecond)} tokens/s`;
  const reason = detail.reason === null ? '' : ` ${detail.reason}`;
  context.note(
    `${detail.status}${reason}: ${detail.outputTokens} tokens${speed}, ${credits} credits. ${detail.taskId}`,
  );
  return detail.status === 'completed' ? exitCodes.done : exitCodes.failed;
}
