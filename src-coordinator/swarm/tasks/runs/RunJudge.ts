import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { SignedClaim } from '#node/keys/keys.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { segmentProblem } from '#coordinator/judging/checks/checkResult.ts';
import type { CodeParser } from '#coordinator/judging/quality/CodeParser.ts';
import { extractCode } from '#coordinator/judging/quality/extractCode.ts';
import { badSignature } from '#coordinator/judging/runEnd.ts';
import { type Judgement, judgeWhole, storedFinish } from '#coordinator/judging/wholeAnswer.ts';
import type { LiveRun, LiveTask } from '#coordinator/swarm/tasks/life/LiveTask.ts';

export interface RunJudgeNeeds {
  readonly queries: Pick<Queries, 'answerFrom'>;
  /** Checks a signature off the event loop. */
  readonly verify: (claim: SignedClaim) => Promise<boolean>;
  readonly parser: CodeParser;
}

/** Checks and judges what a run left in the books. Decides nothing about the task. */
export class RunJudge {
  readonly #needs: RunJudgeNeeds;

  constructor(needs: RunJudgeNeeds) {
    this.#needs = needs;
  }

  /** True when the last chunk is signed by its node: that signature covers everything before it. */
  async isSigned({ assignment, nodeKey, received }: LiveRun): Promise<boolean> {
    if (received.count === 0) return true;
    if (received.head === null || received.signature === null) return false;
    return this.#needs.verify({
      purpose: 'chunk',
      value: { assignmentId: assignment.assignmentId, count: received.count, chain: received.head },
      signature: received.signature,
      publicKey: nodeKey,
    });
  }

  /** What forbids paying for the stored part of an answer (rules 5.1); null when nothing does. */
  async problem(run: LiveRun): Promise<string | null> {
    const problem = segmentProblem({ count: run.stored, textBytes: run.received.textBytes });
    return problem ?? ((await this.isSigned(run)) ? null : badSignature);
  }

  /** How the stored answer of a task ended; null when it is not whole. */
  storedFinish({ record }: LiveTask, run: LiveRun): 'eog' | 'length' | null {
    return storedFinish({
      startIndex: run.assignment.startIndex,
      stored: run.stored,
      lastId: run.received.lastId,
      eogIds: run.shape.eogIds,
      maxTokens: record.maxTokens,
    });
  }

  /** Judges the stored answer of a task, which is whole. */
  async judge(task: LiveTask, finish: Finish): Promise<Judgement> {
    const { text } = await this.#needs.queries.answerFrom(task.record.taskId, task.record.attempt, 0);
    const answer = { text, finish };
    return judgeWhole(task, answer, await this.#needs.parser.parses(extractCode(task.submission, answer)));
  }
}
