import type { OfferReply, TaskAssign, TaskOffer } from '#shared/protocol/working.ts';
import type { z } from 'zod';
import type { RunEnd } from './executor/RunningAssignment.ts';

type Assign = z.output<typeof TaskAssign>;

/** The rooms a task passes, each as one function. No room knows the next; settings and cancelling travel inside them. */
export interface TaskStages {
  /** policy: accept with an estimate or decline with a reason, at once. */
  readonly decide: (offer: TaskOffer) => OfferReply;
  /** executor: stores `running`. False when the assignment was known already; rejects when it cannot be stored. */
  readonly record: (assign: Assign) => Promise<boolean>;
  /** executor and inference: the model writes, chunks are stored, signed and sent on the way. Every end is a value. */
  readonly run: (assign: Assign) => Promise<RunEnd>;
  /** executor: the end and the result that is to be delivered, in one transaction. */
  readonly keep: (assign: Assign, end: RunEnd) => Promise<void>;
  /** outbox: at least once, until the coordinator acknowledges. */
  readonly deliver: () => Promise<void>;
  /** Tells whoever shows running tasks. */
  readonly announce: () => void;
  /** Something broke that is not the task's fault; the task is ended after the next start. */
  readonly broken: (assign: Assign, error: unknown) => void;
}

export interface TaskPipeline {
  /** An offer, never with the text; answered at once. */
  offer(offer: TaskOffer): OfferReply;
  /** The task itself. Resolves when it is stored, which acknowledges it; the run goes on behind that. */
  assign(assign: Assign): Promise<void>;
}

/** A task's way through this node: offer → decide → record → run → keep → deliver → announce. */
export function createTaskPipeline(stages: TaskStages): TaskPipeline {
  return {
    offer: (offer) => stages.decide(offer),
    async assign(assign) {
      const isNew = await stages.record(assign);
      if (isNew) void work(stages, assign);
    },
  };
}

async function work(stages: TaskStages, assign: Assign): Promise<void> {
  try {
    stages.announce();
    const end = await stages.run(assign);
    await stages.keep(assign, end);
    stages.announce();
    await stages.deliver();
  } catch (error) {
    stages.broken(assign, error);
  }
}
