import { Snapshot } from '#shared/api/snapshot.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { emptyAnswer, joinFrame } from '#shared/domain/tasks/answerFrames.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';

interface FollowHooks {
  /** `performance.now()` when the task was submitted. */
  readonly startedAt: number;
  readonly onText: (text: string) => void;
  readonly onReset: () => void;
  /** Nobody runs it yet, and why; told again when the reason changes. */
  readonly onWaiting: (reason: string) => void;
}

/** Follows a task to its end. Rejects with `engine_not_running` when the engine goes away; the task then goes on without us. */
export async function followAnswer(
  client: LocalEngineClient,
  taskId: string,
  hooks: FollowHooks,
): Promise<{ firstTextMs: number | null }> {
  const over = Promise.withResolvers<void>();
  const answer = new ShownAnswer(hooks);
  const waiting: TaskFrame[] = [];
  let begun = false;
  let gone = false;
  const tellReason = reasonTeller(taskId, hooks.onWaiting);
  const stops = [
    client.on('task:frame', (frame) => {
      if (frame.taskId !== taskId) return;
      if (begun) answer.add(frame);
      else waiting.push(frame);
    }),
    client.on('task:reset', (reset) => reset.taskId === taskId && begun && answer.reset(reset.attempt)),
    client.on('slice', ({ slice, value }) => slice === 'tasks' && tellReason(Snapshot.shape.tasks.parse(value))),
    client.on('task:finished', (event) => event.taskId === taskId && over.resolve()),
    client.onState((state) => {
      if (state === 'open') return;
      gone = true;
      over.resolve();
    }),
  ];
  try {
    const { over: isOver, ...soFar } = await client.call('task.follow', { taskId });
    answer.add(soFar);
    begun = true;
    for (const frame of waiting) answer.add(frame);
    if (!isOver) {
      tellReason((await client.call('snapshot', {})).tasks);
      await over.promise;
    }
    if (gone) throw engineGone(taskId);
    return { firstTextMs: answer.firstTextMs };
  } catch (error) {
    // A call that was under way fails too, without naming the task.
    throw gone ? engineGone(taskId) : error;
  } finally {
    for (const stop of stops) stop();
  }
}

function reasonTeller(taskId: string, tell: (reason: string) => void): (tasks: Snapshot['tasks']) => void {
  let told: string | null = null;
  return (tasks) => {
    const reason = tasks.find((task) => task.taskId === taskId && task.role === 'requester')?.waitingFor ?? null;
    if (reason !== null && reason !== told) tell(reason);
    told = reason;
  };
}

function engineGone(taskId: string): SwarmError {
  return new SwarmError(
    'engine_not_running',
    `Open Swarm went away. The task goes on when it is back; see: open-swarm tasks show ${taskId}`,
    { details: { taskId } },
  );
}

/** Shows an answer as it grows; what arrived already is not shown again. */
class ShownAnswer {
  readonly #hooks: FollowHooks;
  #answer = emptyAnswer;
  firstTextMs: number | null = null;

  constructor(hooks: FollowHooks) {
    this.#hooks = hooks;
  }

  add(frame: TaskFrame): void {
    const { kind, startsOver, answer } = joinFrame(this.#answer, frame);
    if (startsOver) this.reset(answer.attempt);
    this.#answer = answer;
    if (kind !== 'appended' || frame.text === '') return;
    this.firstTextMs ??= performance.now() - this.#hooks.startedAt;
    this.#hooks.onText(frame.text);
  }

  /** The answer starts over. */
  reset(attempt: number): void {
    if (this.#answer.tokens > 0) this.#hooks.onReset();
    this.#answer = { ...emptyAnswer, attempt };
  }
}
