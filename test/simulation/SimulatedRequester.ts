import type { SubmissionInput } from '#shared/domain/tasks/task.ts';
import type { PayloadOf, ToNode } from '#shared/protocol/messages.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import { ulid } from 'ulid';
import type { NodeSide } from './NodeSide.ts';

/** An own task as the requester's engine stores it. */
export interface OwnTask {
  readonly taskId: string;
  readonly submission: SubmissionInput;
  state: 'sending' | 'accepted' | 'refused' | 'over';
  cancelWanted: boolean;
  attempt: number;
  tokens: number;
  text: string;
  finalText: string | null;
  status: string;
}

const resendMs = 900;
/** What can still be true later when it was refused now. */
const permanent = [
  'insufficient_credits',
  'invalid_message',
  'idempotency_mismatch',
  'parent_unusable',
  'budget_too_small',
];

/** The requesting side of a node: submits under own ids, resends, cancels, follows answers, keeps its events. */
export class SimulatedRequester {
  readonly tasks = new Map<string, OwnTask>();
  /** Last event stored. */
  cursor = 0;
  /** Every event in order. */
  readonly events: SwarmEvent[] = [];
  readonly #node: NodeSide;

  constructor(node: NodeSide) {
    this.#node = node;
  }

  get isQuiet(): boolean {
    return [...this.tasks.values()].every(({ state }) => state === 'over' || state === 'refused');
  }

  /** Ids and states of what is not over, for messages. */
  openTasks(): string {
    return [...this.tasks.values()]
      .filter(({ state }) => state !== 'over' && state !== 'refused')
      .map(({ state, taskId }) => `${taskId} ${state}`)
      .join(', ');
  }

  submit(submission: SubmissionInput): OwnTask {
    const { random, trace, world } = this.#node.needs;
    const taskId = ulid(world.utc, () => random.fraction());
    const task: OwnTask = {
      taskId,
      submission,
      state: 'sending',
      cancelWanted: false,
      attempt: 0,
      tokens: 0,
      text: '',
      finalText: null,
      status: 'sending',
    };
    this.tasks.set(taskId, task);
    trace.count('submitted');
    void this.#send(task);
    return task;
  }

  cancel(task: OwnTask): void {
    if (task.state === 'over' || task.state === 'refused') return;
    task.cancelWanted = true;
    this.#node.needs.trace.count('cancel.wanted');
    void this.#cancel(task);
  }

  connected(): void {
    for (const task of this.tasks.values()) this.#goOn(task);
  }

  crash(): void {
    // Everything here is stored before it is sent; only the answer shown so far is gone with the screen.
    for (const task of this.tasks.values()) {
      if (task.state === 'over') continue;
      task.tokens = 0;
      task.text = '';
    }
  }

  framed(frame: PayloadOf<ToNode, 'task:frame'>): Record<string, never> {
    const task = this.tasks.get(frame.taskId);
    if (task !== undefined) this.#take(task, frame);
    return {};
  }

  heard({ after, events }: PayloadOf<ToNode, 'events'>): { cursor: number } {
    const { trace } = this.#node.needs;
    if (after > this.cursor) {
      trace.count('events.gap');
      return { cursor: this.cursor };
    }
    for (const { seq, event } of events) {
      if (seq <= this.cursor) {
        trace.count('events.again');
        continue;
      }
      this.cursor = seq;
      this.events.push(event);
      this.#learn(event);
    }
    return { cursor: this.cursor };
  }

  #goOn(task: OwnTask): void {
    if (task.state === 'sending') void this.#send(task);
    if (task.state === 'accepted') {
      void this.#follow(task);
      if (task.cancelWanted) void this.#cancel(task);
    }
  }

  async #send(task: OwnTask): Promise<void> {
    const { clock } = this.#node;
    const { trace, witness } = this.#node.needs;
    const answer = await this.#node.ask('task:submit', { taskId: task.taskId, submission: task.submission });
    if (clock !== this.#node.clock) return;
    if (answer.ok) {
      witness.once(witness.submitted, task.taskId, answer.payload.held, 'Hold of');
      if (task.state !== 'sending') return;
      task.state = 'accepted';
      trace.count('submission.accepted');
      this.#goOn(task);
      return;
    }
    trace.count(`submission.${answer.error.code}`);
    if (permanent.includes(answer.error.code)) {
      if (task.state === 'sending') task.state = 'refused';
      if (witness.submitted.has(task.taskId)) witness.accuse(`Accepted, then refused: ${task.taskId}`);
    } else clock.setTimer(resendMs, () => task.state === 'sending' && this.#node.isConnected && void this.#send(task));
  }

  async #cancel(task: OwnTask): Promise<void> {
    const { clock } = this.#node;
    const answer = await this.#node.ask('task:cancel', { taskId: task.taskId });
    if (clock !== this.#node.clock) return;
    this.#node.needs.trace.count(answer.ok ? `cancel.${answer.payload.status}` : `cancel.${answer.error.code}`);
    if (!answer.ok && task.state === 'accepted')
      clock.setTimer(resendMs, () => task.state === 'accepted' && void this.#cancel(task));
  }

  async #follow(task: OwnTask): Promise<void> {
    const { clock } = this.#node;
    const { attempt, taskId, tokens } = task;
    const answer = await this.#node.ask('task:follow', { taskId, attempt, from: tokens });
    if (clock !== this.#node.clock || task.state !== 'accepted') return;
    if (!answer.ok) {
      this.#node.needs.trace.count(`follow.${answer.error.code}`);
      return;
    }
    if (answer.payload.frame !== null) this.#take(task, answer.payload.frame);
  }

  #take(task: OwnTask, frame: PayloadOf<ToNode, 'task:frame'>): void {
    const { trace } = this.#node.needs;
    if (task.state === 'over' || frame.attempt < task.attempt) return;
    if (frame.attempt > task.attempt) {
      trace.count('answer.reset');
      task.attempt = frame.attempt;
      task.tokens = 0;
      task.text = '';
    }
    if (frame.from > task.tokens) {
      // A piece was lost on the way: ask for what is missing.
      trace.count('frames.gap');
      void this.#follow(task);
    } else if (frame.from === task.tokens) {
      task.tokens += frame.tokens;
      task.text += frame.text;
      trace.count('frames.taken');
    }
  }

  #learn(event: SwarmEvent): void {
    const { trace, witness } = this.#node.needs;
    trace.count(`event.${event.type}`);
    if (event.type === 'earnings:credited') {
      const { earning } = event;
      if (witness.credited.has(earning.assignmentId)) witness.accuse(`Credited twice: ${earning.assignmentId}`);
      witness.credited.set(earning.assignmentId, earning.credits);
    }
    if (event.type === 'task:completed') this.#finish(event.task.taskId, event);
  }

  #finish(taskId: string, { task: view, text }: Extract<SwarmEvent, { type: 'task:completed' }>): void {
    const { trace, witness } = this.#node.needs;
    const task = this.tasks.get(taskId);
    if (task === undefined) return;
    if (task.state === 'over') witness.accuse(`Ended twice: ${taskId}`);
    // What was watched is the beginning of what it became, unless a refused part was watched.
    if (view.attempt === task.attempt && view.status === 'completed' && !text.startsWith(task.text)) {
      witness.accuse(`The answer watched is not the answer kept: ${taskId}`);
    }
    task.state = 'over';
    task.status = view.status;
    task.finalText = text;
    trace.count(`ended.${view.status}`);
    witness.ended.set(taskId, { status: view.status, credits: view.credits, text });
  }
}
