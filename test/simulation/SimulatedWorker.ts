import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { PayloadFor, PayloadOf, ToCoordinator, ToNode } from '#shared/protocol/messages.ts';
import type { SessionReady } from '#shared/protocol/session.ts';
import type { Chunk, OfferReply, TaskAssign } from '#shared/protocol/working.ts';
import type { z } from 'zod';
import { chainStart, extendChain, inputHash } from '#node/keys/answerChain.ts';
import { drawId, endId, promptIdsOf, textOf } from './madeModel.ts';
import type { NodeSide } from './NodeSide.ts';

interface Job {
  readonly assign: z.infer<typeof TaskAssign>;
  readonly promptIds: readonly number[];
  readonly ids: number[];
  readonly chunks: z.infer<typeof Chunk>[];
  head: string;
  /** Ids that the coordinator has. */
  stored: number;
  /** Ids this run may come to before it does something else. */
  readonly planned: number;
  readonly plan: Finish | 'gave_up';
  finish: Finish | 'gave_up' | null;
  sending: boolean;
  promptSent: boolean;
  over: boolean;
}

const chunkEveryMs = 50;
const resendMs = 700;

/** The working side of a node: takes offers, makes answers token by token, signs, sends, resends. */
export class SimulatedWorker {
  readonly #node: NodeSide;
  readonly #jobs = new Map<string, Job>();
  readonly #seen = new Set<string>();
  #renewing = false;

  constructor(node: NodeSide) {
    this.#node = node;
  }

  /** Assignments that are not acknowledged to their end. */
  holding(): string[] {
    return [...this.#jobs.keys()];
  }

  get isIdle(): boolean {
    return this.#jobs.size === 0;
  }

  offered(offer: PayloadOf<ToNode, 'task:offer'>): Promise<z.infer<typeof OfferReply>> {
    const { habits, random, slots, trace } = this.#node.needs;
    const busy = this.#jobs.size >= slots;
    const declines = busy || random.chance(habits.decline);
    trace.count(declines ? 'offer.declined' : 'offer.accepted');
    return new Promise((resolve) => {
      this.#node.clock.setTimer(random.between(0, habits.answerMs), () =>
        resolve(
          declines
            ? { answer: 'decline', reason: busy ? 'busy' : 'paused' }
            : { answer: 'accept', estimateMs: Math.round(offer.maxTokens * habits.msPerToken) },
        ),
      );
    });
  }

  assigned(assign: z.infer<typeof TaskAssign>): Record<string, never> {
    const { assignmentId } = assign;
    if (this.#seen.has(assignmentId)) return {};
    this.#seen.add(assignmentId);
    this.#node.needs.trace.count(assign.input.scheme === 'continue' ? 'assign.continuation' : 'assign.first');
    const job = this.#newJob(assign);
    this.#jobs.set(assignmentId, job);
    this.#renew();
    this.#node.clock.setTimer(this.#node.needs.random.between(1, 200), () => this.#tick(job));
    return {};
  }

  stopped({ assignmentId, reason }: PayloadOf<ToNode, 'task:stop'>): Record<string, never> {
    const job = this.#jobs.get(assignmentId);
    if (job === undefined) return {};
    this.#node.needs.trace.count(`stop.${reason}`);
    if (job.finish === null) this.#end(job, 'cancelled');
    return {};
  }

  /** What was not acknowledged may be cut otherwise when it is sent again; the chain does not mind. */
  #recut(job: Job): void {
    const kept = job.chunks.filter((chunk) => chunk.from + chunk.ids.length <= job.stored);
    const rest = job.chunks.slice(kept.length);
    const last = rest.at(-1);
    if (last === undefined || rest.length < 2 || rest[0]?.from !== job.stored) return;
    const ids = job.ids.slice(job.stored, last.from + last.ids.length);
    this.#node.needs.trace.count('chunks.recut');
    job.chunks.splice(0, job.chunks.length, ...kept, { ...last, from: job.stored, ids, text: textOf(ids) });
  }

  connected(ready: SessionReady): void {
    for (const { assignmentId, keep, stored } of ready.holding) {
      const job = this.#jobs.get(assignmentId);
      if (job === undefined) continue;
      this.#node.needs.witness.keepStored(assignmentId, job.ids, stored);
      job.stored = Math.max(0, Math.min(stored, job.ids.length));
      // An unfinished one that is not wanted stops; a finished one is told again until it is acknowledged.
      if (!keep && job.finish === null) this.#forget(job);
    }
    for (const job of this.#jobs.values()) {
      if (this.#node.needs.random.chance(0.5)) this.#recut(job);
      this.#send(job);
    }
    this.#renew();
  }

  /** The process dies: running answers are gone, finished ones lie in the outbox. */
  crash(): void {
    const { random, trace } = this.#node.needs;
    this.#renewing = false;
    const jobs = Array.from(this.#jobs.values());
    for (const job of jobs) {
      job.sending = false;
      if (job.finish !== null) trace.count('outbox.kept');
      else if (random.chance(0.5)) this.#forget(job);
      else job.finish = 'gave_up';
    }
  }

  /** After a restart: what is in the outbox goes out again. */
  resume(): void {
    for (const job of this.#jobs.values()) this.#send(job);
  }

  #newJob(assign: z.infer<typeof TaskAssign>): Job {
    const { habits, identity, random } = this.#node.needs;
    const { input, sampler } = assign;
    const promptIds =
      input.scheme === 'plain'
        ? promptIdsOf(input.context + input.messages.map(({ content }) => content).join('\n'))
        : input.promptIds;
    const { length, plan } = this.#plan(sampler.maxTokens);
    const own = habits.lie === 'wrong_prompt' ? [...promptIds, 7] : promptIds;
    return {
      assign,
      promptIds: own,
      ids: [],
      chunks: [],
      head: chainStart({
        assignmentId: assign.assignmentId,
        taskId: assign.taskId,
        nodeId: identity.nodeId,
        modelDigest: assign.modelDigest,
        inputHash: inputHash(own, input.scheme === 'continue' ? input.prefixIds : []),
        sampler,
        seed: habits.lie === 'wrong_seed' ? (assign.seed + random.between(1, 9)) % 4_294_967_295 : assign.seed,
      }),
      stored: 0,
      planned: length,
      plan,
      finish: null,
      sending: false,
      promptSent: false,
      over: false,
    };
  }

  #plan(maxTokens: number): { length: number; plan: Finish | 'gave_up' } {
    const { habits, random } = this.#node.needs;
    const within = random.between(1, maxTokens);
    if (habits.lie === 'empty') return { length: 1, plan: 'eog' };
    if (random.chance(habits.yields)) return { length: within - 1, plan: 'yielded' };
    if (random.chance(habits.givesUp)) return { length: within - 1, plan: 'gave_up' };
    if (random.chance(habits.ends)) return { length: within, plan: 'eog' };
    return { length: maxTokens, plan: 'length' };
  }

  /** Writes some tokens, sends them, and comes back. */
  #tick(job: Job): void {
    const { habits, random } = this.#node.needs;
    if (job.over || job.finish !== null) return;
    if (habits.lie === 'silence') return;
    if (habits.lie === 'theft') this.#steal(job);
    const every = Math.max(chunkEveryMs, habits.msPerToken);
    const count = Math.max(1, Math.round((every / habits.msPerToken) * (0.5 + random.fraction())));
    const left = job.planned - job.ids.length;
    if (left > 0) this.#write(job, Math.min(left, count));
    if (job.ids.length >= job.planned) this.#end(job, job.plan);
    else {
      this.#send(job);
      this.#node.clock.setTimer(every, () => this.#tick(job));
    }
  }

  /** Sends its own work under the assignment of somebody else. */
  #steal(job: Job): void {
    const { random, trace, witness } = this.#node.needs;
    const others = [...witness.stored.keys()].filter((assignmentId) => !this.#seen.has(assignmentId));
    if (others.length === 0 || !this.#node.isConnected) return;
    const assignmentId = random.pick(others);
    const { ids, assign, promptIds } = job;
    const asked =
      ids.length > 0 && random.chance(0.5)
        ? this.#node.ask('task:progress', { assignmentId, promptIds: [...promptIds], chunks: job.chunks.slice(0, 64) })
        : this.#node.ask('task:result', resultOf(job, assignmentId, { kind: 'delivered', finish: 'length', count: 4 }));
    void asked.then((answer) => {
      trace.count(answer.ok ? 'theft.succeeded' : `theft.${answer.error.code}`);
      if (answer.ok) witness.accuse(`Work for the assignment of another node was taken: ${assign.assignmentId}`);
    });
  }

  #write(job: Job, count: number): void {
    const { habits, identity, random } = this.#node.needs;
    const from = job.ids.length;
    const ids = Array.from({ length: count }, () => (habits.lie === 'foreign_id' ? 5_000_000 : drawId(random)));
    if (job.plan === 'eog' && from + count === job.planned) ids[count - 1] = endId;
    const text = textOf(ids);
    job.ids.push(...ids);
    job.head = extendChain(job.head, habits.lie === 'bad_chain' ? [...ids, 1] : ids);
    const claim = { assignmentId: job.assign.assignmentId, count: job.ids.length, chain: job.head };
    const signed = habits.lie === 'bad_signature' ? { ...claim, count: claim.count + 1 } : claim;
    job.chunks.push({ from, ids, text, chain: job.head, signature: identity.nodeKey.sign('chunk', signed) });
  }

  #end(job: Job, finish: Finish | 'gave_up'): void {
    const { habits } = this.#node.needs;
    if (job.finish !== null) return;
    if (habits.lie === 'more_tokens' && finish === 'length') this.#write(job, 5);
    job.finish = habits.lie === 'wrong_finish' && finish === 'length' ? 'eog' : finish;
    this.#send(job);
  }

  #send(job: Job): void {
    if (job.sending || job.over || !this.#node.isConnected) return;
    if (this.#node.needs.random.chance(0.05)) this.#recut(job);
    this.#cutAtStored(job);
    const rest = job.chunks.filter((chunk) => chunk.from + chunk.ids.length > job.stored);
    if (rest.length === 0 && job.finish === null) return;
    job.sending = true;
    void this.#sendNext(job, rest);
  }

  async #sendNext(job: Job, rest: readonly z.infer<typeof Chunk>[]): Promise<void> {
    const { clock } = this.#node;
    // The end may overtake the last chunks: then the coordinator asks for them.
    const early = job.finish !== null && this.#node.needs.random.chance(0.2);
    const again = await (rest.length > 0 && !early ? this.#sendChunks(job, rest) : this.#sendResult(job));
    if (clock !== this.#node.clock) return;
    job.sending = false;
    if (job.over) return;
    if (again) this.#send(job);
    else if (this.#hasWork(job)) clock.setTimer(resendMs, () => this.#send(job));
  }

  /** What is stored may end inside of a chunk that was cut otherwise: it goes on from there. */
  #cutAtStored(job: Job): void {
    const place = job.chunks.findIndex(({ from, ids }) => from < job.stored && from + ids.length > job.stored);
    const chunk = job.chunks[place];
    if (chunk === undefined) return;
    const ids = chunk.ids.slice(job.stored - chunk.from);
    this.#node.needs.trace.count('chunks.cut');
    job.chunks[place] = { ...chunk, from: job.stored, ids, text: textOf(ids) };
  }

  #hasWork(job: Job): boolean {
    return job.finish !== null || job.stored < job.ids.length;
  }

  /** True when more may be sent at once. */
  async #sendChunks(job: Job, rest: readonly z.infer<typeof Chunk>[]): Promise<boolean> {
    const { trace, witness } = this.#node.needs;
    const answer = await this.#node.ask('task:progress', {
      assignmentId: job.assign.assignmentId,
      ...(job.stored === 0 ? { promptIds: [...job.promptIds] } : {}),
      chunks: rest.slice(0, 64),
    });
    if (!answer.ok) {
      trace.count(`progress.${answer.error.code}`);
      if (!isTransient(answer.error.code)) this.#protest(answer.error.message);
      if (answer.error.code === 'assignment_unknown' || answer.error.code === 'assignment_foreign') this.#forget(job);
      else if (!isTransient(answer.error.code) && job.finish === null) this.#end(job, 'gave_up');
      return false;
    }
    const { state, stored } = answer.payload;
    trace.count(`progress.${state}`);
    witness.keepStored(job.assign.assignmentId, job.ids, stored);
    const moved = stored > job.stored;
    job.stored = Math.min(stored, job.ids.length);
    // Nothing more is wanted: the end still goes out, so that both sides know it.
    if (state !== 'running' && job.finish === null) job.finish = 'cancelled';
    return state !== 'running' || moved;
  }

  async #sendResult(job: Job): Promise<boolean> {
    const { trace, witness } = this.#node.needs;
    const { assign, finish } = job;
    if (finish === null) return false;
    const outcome =
      finish === 'gave_up'
        ? ({ kind: 'gave_up', reason: 'internal' } as const)
        : ({ kind: 'delivered', finish, count: job.ids.length } as const);
    const answer = await this.#node.ask('task:result', resultOf(job, assign.assignmentId, outcome));
    if (!answer.ok) {
      trace.count(`result.error.${answer.error.code}`);
      if (!isTransient(answer.error.code)) this.#forget(job);
      return false;
    }
    const { state } = answer.payload;
    trace.count(`result.${state}`);
    if (answer.payload.state === 'incomplete') {
      if (answer.payload.stored >= job.ids.length)
        witness.accuse(`Incomplete though all is stored: ${assign.assignmentId}`);
      job.stored = Math.min(answer.payload.stored, job.ids.length);
      return job.chunks.length > 0;
    }
    if (answer.payload.state === 'rejected') this.#protest(answer.payload.reason);
    witness.once(witness.results, assign.assignmentId, state, 'Result of');
    this.#forget(job);
    return false;
  }

  /** An honest node's work was refused, and not because the same answer came up by chance. */
  #protest(reason: string): void {
    const { habits, name, witness } = this.#node.needs;
    if (habits.lie === null && !reason.includes('retried once'))
      witness.accuse(`Honest ${name} was refused: ${reason}`);
  }

  #forget(job: Job): void {
    job.over = true;
    this.#jobs.delete(job.assign.assignmentId);
  }

  #renew(): void {
    if (this.#renewing) return;
    this.#renewing = true;
    const again = (): void => {
      if (this.#jobs.size === 0) {
        this.#renewing = false;
        return;
      }
      const assignmentIds = this.holding();
      if (this.#node.isConnected) this.#node.notify('lease:renew', { assignmentIds });
      this.#node.clock.setTimer(1000, again);
    };
    again();
  }
}

function resultOf(job: Job, assignmentId: string, outcome: PayloadFor<ToCoordinator, 'task:result'>['outcome']) {
  const { assign, promptIds } = job;
  return {
    assignmentId,
    outcome,
    promptIds: [...promptIds],
    modelDigest: assign.modelDigest,
    sampler: assign.sampler,
    seed: assign.seed,
    environment: { lib: 'simulation', gpu: 'cpu' as const, flashAttention: false, kv: 'F16' as const, cpu: null },
    timings: { promptMs: 1, firstTokenMs: 2, totalMs: 3 },
  };
}

function isTransient(code: string): boolean {
  return [
    'timeout',
    'not_connected',
    'overloaded',
    'shutting_down',
    'rate_limited',
    'out_of_order',
    'internal',
    'unauthenticated',
  ].includes(code);
}
