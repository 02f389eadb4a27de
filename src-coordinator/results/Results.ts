import { SwarmError } from '#shared/domain/errorCodes.ts';
import { countsForReputation } from '#shared/domain/reputation.ts';
import type { ResultReply, TaskResult } from '#shared/protocol/working.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { CodeParser } from '#coordinator/quality/CodeParser.ts';
import { codeOf } from '#coordinator/quality/codeOf.ts';
import { judgeAnswer, type Judgement } from '#coordinator/quality/judgeAnswer.ts';
import { inTurn, type LiveRun, type LiveTask } from '#coordinator/queue/LiveTask.ts';
import type { OpenTasks } from '#coordinator/queue/OpenTasks.ts';
import type { CoordinatorStore } from '#coordinator/store/CoordinatorStore.ts';
import type { AssignmentRecord } from '#coordinator/store/records.ts';
import { resultProblem } from './checkResult.ts';
import type { Endings } from './Endings.ts';
import { isOnTime } from './segments.ts';

export interface ResultsNeeds {
  readonly clock: Clock;
  readonly store: CoordinatorStore;
  readonly open: OpenTasks;
  readonly endings: Endings;
  readonly parser: CodeParser;
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
    return { state: 'accepted' };
  }

  async #delivered(
    task: LiveTask,
    run: LiveRun,
    { message, outcome }: { message: Message; outcome: Delivered },
  ): Promise<Reply> {
    if (outcome.count > run.stored) return { state: 'incomplete', stored: run.stored };
    const problem =
      this.#problem(run, message, outcome) ??
      ((await this.#needs.endings.isSigned(run)) ? null : 'The signature over its chunks does not fit.');
    if (problem !== null) return this.#reject(task, problem);
    if (outcome.finish === 'yielded' || outcome.finish === 'cancelled') {
      await this.#needs.endings.leaveRun(task, {
        event: 'hand_over',
        finish: outcome.finish,
        reason: null,
        failure: outcome.finish === 'cancelled',
        weight: 0,
      });
      return { state: 'accepted' };
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

  async #judge(task: LiveTask, run: LiveRun, outcome: Delivered): Promise<Reply> {
    const { text } = this.#needs.store.answerFrom(task.record.taskId, task.record.attempt, 0);
    const answer = { text, finish: outcome.finish };
    const parses = await this.#needs.parser.parses(codeOf(task.submission, answer));
    const judgement = judgeAnswer(task.submission, answer, parses);
    if (judgement.invalidJson) return this.#reject(task, 'It is not the JSON that was asked for.');
    if (judgement.oddity !== null && !task.oddBefore) {
      task.oddBefore = true;
      const reason = `The answer was ${judgement.oddity}; it is tried once more.`;
      await this.#needs.endings.leaveRun(task, {
        event: 'reject',
        finish: outcome.finish,
        reason,
        failure: false,
        weight: 0,
        startOver: true,
      });
      return { state: 'rejected', reason };
    }
    await this.#complete(task, run, { outcome, judgement });
    return { state: 'accepted' };
  }

  async #complete(
    task: LiveTask,
    run: LiveRun,
    { outcome, judgement }: { outcome: Delivered; judgement: Judgement },
  ): Promise<void> {
    const { assignmentId } = run.assignment;
    // The second odd answer in a row: the request provoked it, so it touches nobody's reputation (RULES 5).
    const provoked = judgement.oddity !== null;
    const counts = !provoked && countsForReputation(task.record);
    run.ended = true;
    await this.#needs.endings.finish(task, {
      event: 'complete',
      finish: outcome.finish,
      partial: false,
      quality: judgement.record,
      reason: provoked ? `The answer was ${judgement.oddity} twice; only the prompt is charged.` : null,
      current: {
        assignmentId,
        event: 'accept',
        finish: outcome.finish,
        accepted: true,
        reason: null,
        quality: judgement.record,
        evidence: counts
          ? { kind: 'settled', onTime: isOnTime(task.record, run.assignment, this.#needs.clock.now()) }
          : { kind: 'none' },
      },
      ...(provoked ? { promptPriceTo: assignmentId, onlyPromptPrice: true } : {}),
    });
  }

  async #reject(task: LiveTask, reason: string): Promise<Reply> {
    await this.#needs.endings.leaveRun(task, { event: 'reject', finish: null, reason, failure: true, weight: 2 });
    return { state: 'rejected', reason };
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
