import { chainStart, extendChain, inputHash } from '#node/keys/answerChain.ts';
import type { SigningKey } from '#node/keys/keys.ts';
import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { TaskResult } from '#shared/protocol/working.ts';
import type { LiveRun } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import type { z } from 'zod';

/** Ids that a made-up model reads in every prompt. */
export const promptIds = [1, 5, 6, 7];

/** Writes the answer of a run as its node would: numbered, chained and signed. */
export class SignedAnswer {
  readonly #run: LiveRun;
  readonly #nodeKey: SigningKey;
  readonly promptIds: number[];
  #head: string;
  count: number;

  constructor(run: LiveRun, nodeKey: SigningKey) {
    const { assignmentId, taskId, nodeId, modelDigest, sampler, seed } = run.assignment;
    this.#run = run;
    this.#nodeKey = nodeKey;
    this.promptIds = [...(run.promptIds ?? promptIds)];
    this.#head =
      run.received.head ??
      chainStart({
        assignmentId,
        taskId,
        nodeId,
        modelDigest,
        inputHash: inputHash(this.promptIds, run.prefixIds),
        sampler,
        seed,
      });
    this.count = run.received.count;
  }

  get assignmentId(): string {
    return this.#run.assignment.assignmentId;
  }

  /** The next chunk; its chain goes on from the last one. */
  chunk(ids: readonly number[], text: string = ids.map((id) => (id === 2 ? '' : ` t${id}`)).join('')) {
    const from = this.count;
    this.#head = extendChain(this.#head, ids);
    this.count += ids.length;
    const { assignmentId } = this;
    const signature = this.#nodeKey.sign('chunk', { assignmentId, count: this.count, chain: this.#head });
    return { from, ids: [...ids], text, chain: this.#head, signature };
  }

  /** A `task:progress` with these chunks. */
  progress(...chunks: ReturnType<SignedAnswer['chunk']>[]) {
    return { assignmentId: this.assignmentId, promptIds: this.promptIds, chunks };
  }

  /** The `task:result` that delivers everything written so far. */
  delivered(finish: Finish, change: Partial<z.output<typeof TaskResult>> = {}): z.output<typeof TaskResult> {
    const { modelDigest, sampler, seed } = this.#run.assignment;
    return {
      assignmentId: this.assignmentId,
      outcome: { kind: 'delivered', finish, count: this.count },
      promptIds: this.promptIds,
      modelDigest,
      sampler,
      seed,
      environment: { lib: '3.21.1', gpu: 'cpu', flashAttention: false, kv: 'F16', cpu: null },
      timings: { promptMs: 1, firstTokenMs: 1, totalMs: 2 },
      ...change,
    };
  }

  /** The `task:result` of a node that gives up. */
  gaveUp(reason: 'prompt_too_long' | 'model_failed', promptTokens?: number): z.output<typeof TaskResult> {
    const outcome = { kind: 'gave_up' as const, reason, ...(promptTokens === undefined ? {} : { promptTokens }) };
    return this.delivered('eog', { outcome });
  }
}
