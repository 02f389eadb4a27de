import { SwarmError } from '#shared/domain/errorCodes.ts';
import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import type { ResultReply, TaskResult } from '#shared/protocol/working.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { AssignmentRecord } from '#coordinator/books/records.ts';
import { resultProblem } from '#coordinator/judging/checks/checkResult.ts';
import { badSignature, refusal } from '#coordinator/judging/runEnd.ts';
import { isOnTime } from '#coordinator/judging/segments.ts';
import { completionOf } from '#coordinator/judging/wholeAnswer.ts';
import type { RunEndings } from './RunEndings.ts';
import type { RunJudge } from './RunJudge.ts';
import type { RunWrites } from './RunWrites.ts';
import type { TaskEndings } from '#coordinator/swarm/tasks/TaskEndings.ts';
import type { RunOfTask, TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

export interface ResultsNeeds {
  readonly clock: Clock;
  readonly queries: Pick<Queries, 'assignment' | 'segment'>;
  readonly life: TaskLife;
  readonly writes: Pick<RunWrites, 'settled' | 'whileSealed'>;
  readonly judge: RunJudge;
  readonly runs: Pick<RunEndings, 'end'>;
  readonly tasks: Pick<TaskEndings, 'end'>;
  /** A node sent the result of another one's assignment. */
  readonly onForeign: (nodeId: string, assignmentId: string) => void;
}

type Message = z.output<typeof TaskResult>;
type Delivered = Extract<Message['outcome'], { kind: 'delivered' }>;
type GaveUp = Extract<Message['outcome'], { kind: 'gave_up' }>;
type Reply = z.infer<typeof ResultReply>;

/** Receives the ends of assignments. The same result twice gets the same reply; nothing is settled twice. */
export class Results {
  readonly #needs: ResultsNeeds;

  constructor(needs: ResultsNeeds) {
    this.#needs = needs;
  }

  /** Throws `assignment_unknown` or `assignment_foreign`. */
  async receive(nodeId: string, message: Message): Promise<Reply> {
    const { life, writes } = this.#needs;
    const { assignmentId, outcome } = message;
    const found = life.run(assignmentId);
    if (found === undefined) return this.#recorded(nodeId, assignmentId);
    if (found.run.assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, assignmentId);
    return life.inTurn(found.task.record.taskId, async () => {
      await writes.settled(assignmentId);
      const now = life.run(assignmentId);
      if (now === undefined) return this.#recorded(nodeId, assignmentId);
      return outcome.kind === 'gave_up' ? this.#gaveUp(now, outcome) : this.#delivered(now, { message, outcome });
    });
  }

  async #gaveUp(found: RunOfTask, { reason, promptTokens }: GaveUp): Promise<Reply> {
    const { record } = found.task;
    const tooLong = reason === 'prompt_too_long';
    if (tooLong && promptTokens !== undefined) {
      // Models with less room are not asked again.
      const neededContext = Math.max(promptTokens + record.maxTokens, found.run.shape.contextSize + 1);
      this.#needs.life.send(record.taskId, { type: 'prompt_too_long', neededContext });
    }
    await this.#needs.runs.end(record.taskId, {
      event: 'hand_over',
      finish: null,
      reason: tooLong ? `The prompt has ${promptTokens ?? 'too many'} tokens.` : `The node gave up: ${reason}.`,
      failure: !tooLong,
      weight: tooLong ? 0 : 1,
    });
    return this.#afterEnd(found);
  }

  async #delivered(
    found: RunOfTask,
    { message, outcome }: { readonly message: Message; readonly outcome: Delivered },
  ): Promise<Reply> {
    const { task, run } = found;
    const { taskId } = task.record;
    // What is received and not stored yet was not judged, and may still be lost.
    if (outcome.count > run.stored || run.received.count > run.stored)
      return { state: 'incomplete', stored: run.stored };
    const isSigned = () => this.#needs.judge.isSigned(run);
    const problem = (await this.#problem(found, message, outcome)) ?? ((await isSigned()) ? null : badSignature);
    if (problem !== null) {
      await this.#needs.runs.end(taskId, refusal(problem));
      return this.#afterEnd(found);
    }
    if (outcome.finish === 'yielded' || outcome.finish === 'cancelled') {
      await this.#needs.runs.end(taskId, {
        event: 'hand_over',
        finish: outcome.finish,
        reason: null,
        failure: outcome.finish === 'cancelled',
        weight: 0,
      });
      return this.#afterEnd(found);
    }
    return this.#complete(found, outcome);
  }

  async #problem({ run }: RunOfTask, message: Message, outcome: Delivered): Promise<string | null> {
    const { modelDigest, sampler, seed, assignmentId } = run.assignment;
    const segment = outcome.finish === 'stop' ? await this.#needs.queries.segment(assignmentId) : undefined;
    return resultProblem(
      {
        modelDigest,
        sampler,
        seed,
        promptIds: run.promptIds,
        count: run.stored,
        lastId: run.received.lastId,
        lastIds: segment?.ids.slice(-32) ?? [],
        textBytes: run.received.textBytes,
        eogIds: run.shape.eogIds,
      },
      { ...message, finish: outcome.finish, count: outcome.count },
    );
  }

  async #complete(found: RunOfTask, { finish }: Delivered): Promise<Reply> {
    const { judge, writes, tasks, clock } = this.#needs;
    const { task, run } = found;
    const { assignmentId } = run.assignment;
    const judgement = await judge.judge(task, finish);
    if (judgement.kind === 'refused') {
      await this.#needs.runs.end(task.record.taskId, judgement.end);
      return this.#afterEnd(found);
    }
    const evidence = countsForReputation(task.record)
      ? { kind: 'settled' as const, onTime: isOnTime(task.record, run.assignment, clock.now()) }
      : { kind: 'none' as const };
    await writes.whileSealed(assignmentId, () =>
      tasks.end(task, completionOf(assignmentId, judgement, { finish, evidence })),
    );
    return { state: 'accepted' };
  }

  /** The books say how the run ended, which may differ from what its node claimed. */
  #afterEnd({ run: { assignment } }: RunOfTask): Promise<Reply> {
    return this.#recorded(assignment.nodeId, assignment.assignmentId);
  }

  /** The reply to a result that was received before, or whose assignment ended otherwise. */
  async #recorded(nodeId: string, assignmentId: string): Promise<Reply> {
    const assignment = await this.#needs.queries.assignment(assignmentId);
    if (assignment === undefined) {
      throw new SwarmError('assignment_unknown', undefined, { field: 'payload.assignmentId' });
    }
    if (assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, assignmentId);
    return replyOf(assignment);
  }

  #refuseForeign(nodeId: string, assignmentId: string): never {
    this.#needs.onForeign(nodeId, assignmentId);
    throw new SwarmError('assignment_foreign', undefined, { field: 'payload.assignmentId' });
  }
}

function replyOf({ status, reason }: AssignmentRecord): Reply {
  switch (status) {
    case 'accepted':
    case 'delivered':
    case 'handed_over':
      return { state: 'accepted' };
    case 'rejected':
      return { state: 'rejected', reason: reason ?? 'It did not pass the checks.' };
    case 'cancelled':
      return { state: 'cancelled' };
    case 'running':
    case 'offered':
    case 'declined':
    case 'lapsed':
    case 'superseded':
    case 'lost':
      return { state: 'superseded' };
  }
}
