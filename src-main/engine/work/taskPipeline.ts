import type { OfferReply, TaskOffer } from '#shared/protocol/working.ts';
import type { Assign, RunEnd } from './executor/RunningAssignment.ts';

/** The stages of a task, each a function. No stage depends on the next. */
export interface TaskStages {
  /** Accepts an offer with an estimate, or declines it with a reason. */
  readonly decide: (offer: TaskOffer) => OfferReply;
  /** Stores the assignment as running. False when it was already stored; rejects when the write fails. */
  readonly record: (assign: Assign) => Promise<boolean>;
  /** Runs the model; chunks are signed, stored and sent as it runs. Every outcome, also a failure, is a value. */
  readonly run: (assign: Assign) => Promise<RunEnd>;
  /** Stores the end and the result to be delivered, in one transaction. */
  readonly finish: (assign: Assign, end: RunEnd) => Promise<void>;
  /** Delivers results, at least once, until the coordinator acknowledges them. */
  readonly deliver: () => Promise<void>;
  /** Announces that a run began or ended. */
  readonly announce: () => void;
  /** Called when the end could not be stored; the assignment is ended later. */
  readonly onFailure: (assign: Assign, error: unknown) => void;
}

export interface TaskPipeline {
  /** Answers an offer, which never carries the text. */
  offer(offer: TaskOffer): OfferReply;
  /** Accepts an assignment. Resolves when it is stored, which acknowledges it; the run continues in the background. */
  assign(assign: Assign): Promise<void>;
}

/** The path of a task through this node: decide → record → run → finish → deliver, announced in between. */
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
    await stages.finish(assign, end);
    stages.announce();
    await stages.deliver();
  } catch (error) {
    stages.onFailure(assign, error);
  }
}
