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
  /** Why no node runs the task yet; called again when the reason changes. */
  readonly onWaiting: (reason: string) => void;
}

/**
 * Follows a task to its end. Rejects with `engine_not_running` when the engine stops; the task itself continues later.
 */
export async function followAnswer(
  client: LocalEngineClient,
  taskId: string,
  hooks: FollowHooks,
): Promise<{ firstTextMs: number | null }> {
  const ended = Promise.withResolvers<void>();
  const answer = new ShownAnswer(hooks);
  const earlyFrames: TaskFrame[] = [];
  let hasBegun = false;
  let isEngineGone = false;
  const reportReason = reasonReporter(taskId, hooks.onWaiting);
  const stops = [
    client.on('task:frame', (frame) => {
      if (frame.taskId !== taskId) return;
      if (hasBegun) answer.add(frame);
      else earlyFrames.push(frame);
    }),
    client.on('task:reset', (reset) => reset.taskId === taskId && hasBegun && answer.reset(reset.attempt)),
    client.on('slice', ({ slice, value }) => slice === 'tasks' && reportReason(Snapshot.shape.tasks.parse(value))),
    client.on('task:finished', (event) => event.taskId === taskId && ended.resolve()),
    client.onState((state) => {
      if (state === 'open') return;
      isEngineGone = true;
      ended.resolve();
    }),
  ];
  try {
    const { over: isOver, ...soFar } = await client.call('task.follow', { taskId });
    answer.add(soFar);
    hasBegun = true;
    for (const frame of earlyFrames) answer.add(frame);
    if (!isOver) {
      reportReason((await client.call('snapshot', {})).tasks);
      await ended.promise;
    }
    if (isEngineGone) throw engineGone(taskId);
    return { firstTextMs: answer.firstTextMs };
  } catch (error) {
    // A call in progress fails too, but its error does not name the task.
    throw isEngineGone ? engineGone(taskId) : error;
  } finally {
    for (const stop of stops) stop();
  }
}

/** Reports why the task waits, once per reason. */
function reasonReporter(taskId: string, report: (reason: string) => void): (tasks: Snapshot['tasks']) => void {
  let reported: string | null = null;
  return (tasks) => {
    const reason = tasks.find((task) => task.taskId === taskId && task.role === 'requester')?.waitingFor ?? null;
    if (reason !== null && reason !== reported) report(reason);
    reported = reason;
  };
}

function engineGone(taskId: string): SwarmError {
  return new SwarmError(
    'engine_not_running',
    `Open Swarm has stopped. The task continues when it runs again; see: open-swarm tasks show ${taskId}`,
    { details: { taskId } },
  );
}

/** Passes on the new text of an answer, without repeating what was shown already. */
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

  /** The answer restarts with another attempt. */
  reset(attempt: number): void {
    if (this.#answer.tokens > 0) this.#hooks.onReset();
    this.#answer = { ...emptyAnswer, attempt };
  }
}
