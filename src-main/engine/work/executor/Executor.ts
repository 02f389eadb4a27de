import type { SigningKey } from '#node/keys/keys.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { TaskResult } from '#shared/protocol/working.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Inference } from '#engine/ports/inference/Inference.ts';
import type { ChunkRecord } from '#engine/store/tasks/ChunkStore.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { z } from 'zod';
import { type RunEnvironment, unknownEnvironment } from './environmentOf.ts';
import type { Assign, RunEnd, RunningAssignment, StopCause } from './RunningAssignment.ts';
import { runModel } from './runModel.ts';

export interface ExecutorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly inference: Inference;
  readonly findModel: (digest: string) => InstalledModel | null;
  readonly identity: () => { nodeId: string; nodeKey: SigningKey };
  readonly swarmId: () => string | null;
  readonly processor: string | null;
  /** Sends the chunks that are stored. */
  readonly sender: { offer(assignmentId: string, have: number): void };
  /** A run began, stored tokens or ended. */
  readonly onProgress: (running: RunningAssignment) => void;
  /** A write failed. */
  readonly onStorageFailure: (error: unknown) => void;
}

interface Held extends RunningAssignment {
  readonly swarmId: string;
  /** Resolves `over`. */
  readonly resolveOver: () => void;
}

/** Characters of an answer that the interface may show of a task for others. */
const tailLength = 2000;

/** Runs the assignments of this node. Each is stored before it is acknowledged, and again with its end. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #running = new Map<string, Held>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Running assignments, oldest first. */
  get running(): readonly RunningAssignment[] {
    return [...this.#running.values()];
  }

  /** Stores an assignment as running. False when it was known. Rejects when the write fails. */
  async record(assign: Assign): Promise<boolean> {
    const { store, clock, swarmId, findModel, processor } = this.#options;
    const swarm = swarmId();
    if (swarm === null || this.#running.has(assign.assignmentId)) return false;
    const modelName = findModel(assign.modelDigest)?.name ?? assign.modelDigest.slice(0, 12);
    const startedAt = Math.round(clock.now());
    const { assignmentId, taskId, type, language, privacy, own, requester, modelDigest, sampler, seed } = assign;
    const facts = { assignmentId, taskId, type, language, privacy, own, requester, modelDigest, sampler, seed };
    const prefixCount = assign.input.scheme === 'continue' ? assign.input.prefixIds.length : 0;
    const environment = unknownEnvironment(processor);
    const fresh = await store.write(() =>
      store.assignments.start({ ...facts, swarmId: swarm, modelName, environment, prefixCount, startedAt }),
    );
    if (fresh) this.#hold(assign, { swarmId: swarm, modelName, startedAt });
    return fresh;
  }

  /** Runs a recorded assignment to its end, which is a value whatever happens. */
  async run(assign: Assign): Promise<RunEnd> {
    const held = this.#running.get(assign.assignmentId);
    if (held === undefined) throw new TypeError('Only a recorded assignment can be run');
    const { clock, inference, findModel, identity, processor, store, onProgress, onStorageFailure } = this.#options;
    const { assignmentId } = assign;
    const { nodeId, nodeKey } = identity();
    onProgress(held);
    return runModel({
      assign,
      model: findModel(assign.modelDigest),
      inference,
      clock,
      nodeId,
      key: nodeKey,
      processor,
      unknown: unknownEnvironment(processor),
      signal: held.controller.signal,
      stopCause: () => held.stopCause,
      onPrompt: (prompt) => {
        store
          .write(() => store.assignments.savePrompt(held.swarmId, assignmentId, prompt))
          .catch((error: unknown) => onStorageFailure(error));
      },
      onChunk: (chunk, environment) => this.#store(held, chunk, environment),
    });
  }

  /** Stores the end of a run together with the result to be delivered. */
  async finish(assign: Assign, end: RunEnd): Promise<void> {
    const held = this.#running.get(assign.assignmentId);
    if (held === undefined) return;
    const { store, clock } = this.#options;
    const { assignmentId } = assign;
    const { outcome, detail } = end;
    const result = resultOf(assign, end);
    const now = Math.round(clock.now());
    try {
      await store.write(() => {
        const finish = outcome.kind === 'delivered' ? outcome.finish : null;
        store.assignments.end(held.swarmId, assignmentId, { status: statusOf(end), finish, reason: detail, at: now });
        store.outbox.add({ swarmId: held.swarmId, assignmentId, result }, now);
      });
    } finally {
      this.#running.delete(assignmentId);
      held.resolveOver();
      this.#options.onProgress(held);
    }
  }

  /** Stops a run at its next token; the first cause counts. */
  stop(assignmentId: string, cause: StopCause): void {
    const held = this.#running.get(assignmentId);
    if (held === undefined) return;
    held.stopCause ??= cause;
    held.controller.abort();
  }

  /** Stops runs for others at their next token, and with `all` the owner's own, too. */
  yieldAll(all: boolean): void {
    for (const [assignmentId, held] of this.#running) if (all || !held.assign.own) this.stop(assignmentId, 'yielded');
  }

  /** Resolves when nothing runs. */
  async whenIdle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map((held) => held.over));
  }

  /**
   * Ends assignments that are stored as running and do not run, after a crash or a failed write: with the tokens that are
   * stored. The coordinator continues the answer as a new assignment, here or elsewhere. Resolves with their number.
   */
  async endInterrupted(): Promise<number> {
    const { store, clock } = this.#options;
    const left = store.assignments.running().filter((record) => !this.#running.has(record.assignmentId));
    if (left.length === 0) return 0;
    const now = Math.round(clock.now());
    await store.write(() => {
      for (const record of left) {
        const { swarmId, assignmentId, environment, promptIds, count } = record;
        const outcome: RunEnd['outcome'] =
          count > 0 ? { kind: 'delivered', finish: 'yielded', count } : { kind: 'gave_up', reason: 'internal' };
        const timings = { promptMs: 0, firstTokenMs: null, totalMs: Math.max(0, now - record.startedAt) };
        const result = resultOf(record, { outcome, environment, promptIds, timings });
        const finish = outcome.kind === 'delivered' ? outcome.finish : null;
        const reason = 'Open Swarm ended while it worked on this task.';
        store.assignments.end(swarmId, assignmentId, { status: 'handed_over', finish, reason, at: now });
        store.outbox.add({ swarmId, assignmentId, result }, now);
      }
    });
    return left.length;
  }

  #hold(assign: Assign, facts: { swarmId: string; modelName: string; startedAt: number }): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#running.set(assign.assignmentId, {
      assign,
      ...facts,
      controller: new AbortController(),
      stopCause: null,
      count: 0,
      firstTokenAt: null,
      lastTokenAt: null,
      tail: '',
      over: promise,
      resolveOver: resolve,
    });
  }

  async #store(held: Held, chunk: ChunkRecord, environment: RunEnvironment): Promise<void> {
    const { store, clock, sender, onProgress, onStorageFailure } = this.#options;
    const { assignmentId, privacy, own } = held.assign;
    const at = Math.round(clock.now());
    const count = chunk.from + chunk.ids.length;
    try {
      await store.write(() => {
        store.chunks.add(held.swarmId, assignmentId, chunk);
        store.assignments.saveProgress(held.swarmId, assignmentId, { count, chain: chunk.chain, environment, at });
      });
    } catch (error) {
      held.stopCause ??= 'yielded';
      held.controller.abort();
      onStorageFailure(error);
      throw error;
    }
    held.count = count;
    held.firstTokenAt ??= at;
    held.lastTokenAt = at;
    if (privacy === 'public' || own) held.tail = (held.tail + chunk.text).slice(-tailLength);
    sender.offer(assignmentId, count);
    onProgress(held);
  }
}

function statusOf({ outcome }: RunEnd): 'delivered' | 'handed_over' | 'cancelled' {
  if (outcome.kind === 'gave_up' || outcome.finish === 'yielded') return 'handed_over';
  return outcome.finish === 'cancelled' ? 'cancelled' : 'delivered';
}

/** What is delivered about an assignment that ended. */
function resultOf(
  { assignmentId, modelDigest, sampler, seed }: Pick<Assign, 'assignmentId' | 'modelDigest' | 'sampler' | 'seed'>,
  { outcome, environment, promptIds, timings }: Omit<RunEnd, 'detail'>,
): z.output<typeof TaskResult> {
  return TaskResult.parse({
    assignmentId,
    outcome,
    promptIds,
    modelDigest,
    sampler,
    seed,
    environment,
    timings,
  });
}
