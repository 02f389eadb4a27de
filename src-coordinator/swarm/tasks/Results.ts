import { SwarmError } from '#shared/domain/errorCodes.ts';
import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import type { ResultReply, TaskResult } from '#shared/protocol/working.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import { inTurn, type LiveRun, type LiveTask } from './LiveTask.ts';
import type { OpenTasks } from './OpenTasks.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { AssignmentRecord } from '#coordinator/books/records.ts';
import { resultProblem } from '#coordinator/judging/checks/checkResult.ts';
import type { Endings } from './Endings.ts';
import { badSignature, refusal } from '#coordinator/judging/runEnd.ts';
import { isOnTime } from '#coordinator/judging/segments.ts';
import { completionOf } from '#coordinator/judging/wholeAnswer.ts';

export interface ResultsNeeds {
  readonly clock: Clock;
  readonly store: CoordinatorStore;
  readonly open: OpenTasks;
  readonly endings: Endings;
  readonly onForeign: (nodeId: string, assignmentId: string) => void;
}

type Message = z.output<typeof TaskResult>;
type Delivered = Extract<Message['outcome'], { kind: 'delivered' }>;
type GaveUp = Extract<Message['outcome'], { kind: 'gave_up' }>;
type Reply = z.infer<typeof ResultReply>;

/** Takes the ends of assignments. The same result twice gets the same reply; nothing is settled twice. */
export class Results {
  readonly #needs: ResultsNeeds;

  constructor(needs: ResultsNeeds) {
    this.#needs = needs;
  }

  /** Throws `assignment_unknown` or `assignment_foreign`. */
  async receive(nodeId: string, message: Message): Promise<Reply> {
    const found = this.#needs.open.run(message.assignmentId);
    if (found === undefined) return this.#late(nodeId, message.assignmentId);
    if (found.run.assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, message.assignmentId);
    const { task, run } = found;
    return inTurn(task, async () => {
      if (task.run !== run) return this.#late(nodeId, message.assignmentId);
      await run.writing;
      const { outcome } = message;
      return outcome.kind === 'gave_up'
        ? this.#gaveUp(task, run, outcome)
        : this.#delivered(task, run, { message, outcome });
    });
  }

  async #gaveUp(task: LiveTask, run: LiveRun, outcome: GaveUp): Promise<Reply> {
    const tooLong = outcome.reason === 'prompt_too_long';
    if (tooLong && outcome.promptTokens !== undefined) {
      // Models with less room are not asked again.
      task.neededContext = Math.max(
        task.neededContext,
        outcome.promptTokens + task.record.maxTokens,
        run.shape.contextSize + 1,
      );
    }
    await this.#needs.endings.leaveRun(task, {
      event: 'hand_over',
      finish: null,
      reason: tooLong
        ? `The prompt has ${outcome.promptTokens ?? 'too many'} tokens.`
        : `The node gave up: ${outcome.reason}.`,
      failure: !tooLong,
      weight: tooLong ? 0 : 1,
    });
    return this.#afterEnd(run);
  }

  async #delivered(
    task: LiveTask,
    run: LiveRun,
    { message, outcome }: { message: Message; outcome: Delivered },
  ): Promise<Reply> {
    if (outcome.count > run.stored) return { state: 'incomplete', stored: run.stored };
    const problem =
      this.#problem(run, message, outcome) ?? ((await this.#needs.endings.isSigned(run)) ? null : badSignature);
    if (problem !== null) return this.#reject(task, run, problem);
    if (outcome.finish === 'yielded' || outcome.finish === 'cancelled') {
      await this.#needs.endings.leaveRun(task, {
        event: 'hand_over',
        finish: outcome.finish,
        reason: null,
        failure: outcome.finish === 'cancelled',
        weight: 0,
      });
      return this.#afterEnd(run);
    }
    return this.#judge(task, run, outcome);
  }

  #problem(run: LiveRun, message: Message, outcome: Delivered): string | null {
    const { modelDigest, sampler, seed } = run.assignment;
    const needsIds = outcome.finish === 'stop';
    const ids = needsIds ? (this.#needs.store.segment(run.assignment.assignmentId)?.ids ?? []) : [];
    return resultProblem(
      {
        modelDigest,
        sampler,
        seed,
        promptIds: run.promptIds,
        count: run.stored,
        lastId: run.lastId,
        lastIds: ids.slice(-32),
        textBytes: run.textBytes,
        eogIds: run.shape.eogIds,
      },
      { ...message, finish: outcome.finish, count: outcome.count },
    );
  }

  async #judge(task: LiveTask, run: LiveRun, { finish }: Delivered): Promise<Reply> {
    const { endings, clock } = this.#needs;
    const verdict = await endings.judge(task, finish);
    if (verdict.kind === 'refused') {
      await endings.leaveRun(task, verdict.end);
      return this.#afterEnd(run);
    }
    const evidence = countsForReputation(task.record)
      ? { kind: 'settled' as const, onTime: isOnTime(task.record, run.assignment, clock.now()) }
      : { kind: 'none' as const };
    run.ended = true;
    await endings.finish(task, completionOf(run.assignment.assignmentId, verdict, { finish, evidence }));
    return { state: 'accepted' };
  }

  async #reject(task: LiveTask, run: LiveRun, reason: string): Promise<Reply> {
    await this.#needs.endings.leaveRun(task, refusal(reason));
    return this.#afterEnd(run);
  }

  /** What was stored says what became of it: an end that its node claims may be judged otherwise. */
  #afterEnd({ assignment }: LiveRun): Reply {
    return this.#late(assignment.nodeId, assignment.assignmentId);
  }

  /** The answer to a result that was taken in before, or whose assignment ended otherwise. */
  #late(nodeId: string, assignmentId: string): Reply {
    const assignment = this.#needs.store.assignment(assignmentId);
    if (assignment === undefined)
      throw new SwarmError('assignment_unknown', undefined, { field: 'payload.assignmentId' });
    if (assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, assignmentId);
    return lateReply(assignment);
  }

  #refuseForeign(nodeId: string, assignmentId: string): never {
    this.#needs.onForeign(nodeId, assignmentId);
    throw new SwarmError('assignment_foreign', undefined, { field: 'payload.assignmentId' });
  }
}

function lateReply({ status, reason }: AssignmentRecord): Reply {
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
