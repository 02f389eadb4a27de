import { formatCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { priceTable, type SizeClass } from '#shared/domain/money/prices.ts';
import { levelsInOrder } from '#shared/domain/swarm/reputationLevel.ts';
import { promptBytes, type Submission } from '#shared/domain/tasks/task.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Quote } from '#shared/domain/tasks/taskView.ts';
import type { SubmitAccepted } from '#shared/protocol/requesting.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import { type TaskFacts, sizeRank } from '#coordinator/swarm/matching/eligibility.ts';
import type { Survey } from '#coordinator/swarm/matching/Matcher.ts';
import { waitReason } from '#coordinator/swarm/matching/waitReasons.ts';
import type { AccountShares } from './AccountShares.ts';
import { templateTokens } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { submitTask } from '#coordinator/books/commands/submitTask.ts';
import type { NewTask } from '#coordinator/books/records.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import { bodyHash } from './bodyHash.ts';
import { priceTask, type TaskTerms } from './priceTask.ts';
import { checkSubmission } from './checkSubmission.ts';
import { checkOpenLimits } from './openLimits.ts';
import { quoteFor } from './quoteFor.ts';

type Terms = Omit<Submission, 'messages' | 'context'>;

export interface IntakeNeeds {
  readonly clock: Clock;
  readonly books: Books;
  readonly queries: Pick<Queries, 'task'>;
  readonly private: boolean;
  readonly survey: (facts: TaskFacts) => Survey;
  /** Facts about a model from the catalogue or a connected node. */
  readonly sizeOfModel: (digest: string) => SizeClass | undefined;
  /** Largest size class of the catalogue's models for a type of task. */
  readonly largestKnown: (type: TaskType) => SizeClass | undefined;
  readonly demandPerMille: () => bigint;
  /** What is open, and what is about to be. */
  readonly shares: AccountShares;
  /** Takes a stored task into the queue. */
  readonly begin: (record: TaskRecord, submission: Submission) => void;
}

/** Who submits. */
export interface Requester {
  readonly accountId: string;
  readonly nodeId: string;
}

interface Plan {
  readonly terms: TaskTerms;
  readonly survey: Survey;
}

interface NewFacts {
  readonly taskId: string;
  readonly submission: Submission;
  readonly hash: string;
  readonly bytes: number;
  readonly terms: TaskTerms;
}

/** Takes submissions in: validated, priced, held and stored before they are queued. */
export class Intake {
  readonly #needs: IntakeNeeds;

  constructor(needs: IntakeNeeds) {
    this.#needs = needs;
  }

  /** What a task would cost. Throws a SwarmError for what could not be submitted either. */
  quote(from: Requester, submission: Terms, bytes: number): z.infer<typeof Quote> {
    const { terms, survey } = this.#plan(from.accountId, submission, bytes);
    const admits = ({ node }: Survey['free'][number]) =>
      levelsInOrder.indexOf(node.reputation.level) <= levelsInOrder.indexOf(terms.highestLevel);
    return quoteFor({
      terms,
      promptBytes: bytes,
      free: survey.free.filter(admits),
      busy: survey.busy.filter(admits),
      reason: waitReason(survey.obstacles, null),
    });
  }

  /** Stores a task and queues it. The same id and body again get the same answer. Throws a SwarmError. */
  async submit(from: Requester, taskId: string, submission: Submission): Promise<z.infer<typeof SubmitAccepted>> {
    const hash = bodyHash(submission);
    const known = await this.#needs.queries.task(taskId);
    if (known !== undefined) return this.#again(from, { known, hash, submission });
    const bytes = promptBytes(submission);
    const { shares } = this.#needs;
    checkOpenLimits({ account: shares.of(from.accountId), all: shares.total }, bytes);
    const { terms } = this.#plan(from.accountId, submission, bytes);
    // Until it is open itself: many at once are stored together.
    shares.take(from.accountId, bytes);
    try {
      return await this.#store(from, { taskId, submission, hash, bytes, terms });
    } finally {
      shares.giveBack(from.accountId, bytes);
    }
  }

  async #store(from: Requester, facts: NewFacts): Promise<z.infer<typeof SubmitAccepted>> {
    const { submission, terms } = facts;
    const now = this.#needs.clock.now();
    const task = newTask(from, facts, now);
    const outcome = await this.#needs.books.run(submitTask(task, now));
    switch (outcome.kind) {
      case 'accepted':
        this.#needs.begin(outcome.task, submission);
        return acceptedAs(outcome.task, terms.budgetEffect);
      case 'known':
        return acceptedAs(outcome.task, effectOf(outcome.task, submission));
      case 'mismatch':
        throw new SwarmError('idempotency_mismatch', undefined, { field: 'taskId' });
      case 'taken':
        throw new SwarmError('task_id_taken', undefined, { field: 'taskId' });
      case 'insufficient':
        throw insufficient(terms, formatCredits(outcome.balance));
      case 'parent_unusable':
        throw new SwarmError('parent_unusable', `The parent ${outcome.parentId} cannot be used.`, {
          field: 'submission.parents',
          details: { parent: outcome.parentId },
        });
    }
  }

  #again(
    from: Requester,
    { known, hash, submission }: { known: TaskRecord; hash: string; submission: Submission },
  ): z.infer<typeof SubmitAccepted> {
    if (known.accountId !== from.accountId) throw new SwarmError('task_id_taken', undefined, { field: 'taskId' });
    if (known.bodyHash !== hash) throw new SwarmError('idempotency_mismatch', undefined, { field: 'taskId' });
    return acceptedAs(known, effectOf(known, submission));
  }

  #plan(accountId: string, submission: Terms, bytes: number): Plan {
    checkSubmission(submission, bytes);
    const survey = this.#needs.survey(factsOf(accountId, submission, bytes));
    const terms = priceTask(submission, bytes, {
      private: this.#needs.private,
      demandPerMille: this.#needs.demandPerMille(),
      largestSize: this.#largestSize(submission, survey),
    });
    refuseTooLong(survey, submission, bytes);
    return { terms, survey };
  }

  #largestSize(submission: Terms, survey: Survey): SizeClass {
    const { sizeOfModel, largestKnown } = this.#needs;
    if (submission.model !== undefined) {
      const size = sizeOfModel(submission.model);
      if (size !== undefined) return size;
      throw new SwarmError('model_unknown', undefined, { field: 'submission.model' });
    }
    const sizes = new Set([...survey.free, ...survey.busy].map(({ model }) => model.shape.sizeClass));
    const largest = [...sizes].toSorted((a, b) => sizeRank(b) - sizeRank(a))[0];
    return largest ?? largestKnown(submission.type) ?? 'tiny';
  }
}

function factsOf(accountId: string, submission: Terms, bytes: number): TaskFacts {
  return {
    accountId,
    onlyNodeId: null,
    type: submission.type,
    language: submission.language,
    privacy: submission.privacy,
    audience: submission.audience,
    digest: submission.model ?? null,
    neededContext: bytes + templateTokens + submission.maxTokens,
    largestSize: 'huge',
    highestLevel: 'master',
    quality: submission.quality,
    demandPerMille: priceTable.demandPerMille.most,
  };
}

/** Models for this kind of task are there, and the prompt fits none of them: waiting would not help. */
function refuseTooLong(survey: Survey, submission: Terms, bytes: number): void {
  if (survey.free.length + survey.busy.length > 0 || !survey.obstacles.includes('context')) return;
  const basic = survey.obstacles.every(
    (each) => each === 'context' || each === 'type' || each === 'language' || each === 'model',
  );
  if (!basic) return;
  const needed = bytes + templateTokens + submission.maxTokens;
  throw new SwarmError(
    'prompt_too_long',
    `Prompt (${bytes} bytes) and answer (${submission.maxTokens} tokens) do not fit any available model.`,
    { field: 'submission.messages', details: { neededContext: needed } },
  );
}

function newTask(from: Requester, facts: NewFacts, now: number): NewTask {
  const { submission, terms } = facts;
  return {
    taskId: facts.taskId,
    accountId: from.accountId,
    requesterNodeId: from.nodeId,
    bodyHash: facts.hash,
    welcome: false,
    onlyNodeId: null,
    submission,
    type: submission.type,
    language: submission.language,
    privacy: submission.privacy,
    audience: submission.audience,
    priority: submission.priority,
    promptBytes: facts.bytes,
    maxTokens: terms.maxTokens,
    model: submission.model ?? null,
    tariffQuality: terms.tariff.quality,
    demandPerMille: terms.tariff.demandPerMille,
    priceVersion: priceTable.version,
    largestSize: terms.tariff.sizeClass,
    highestLevel: terms.highestLevel,
    hold: terms.hold,
    createdAt: now,
    expiresAt: now + submission.deadlineMs,
    parents: submission.parents,
  };
}

function acceptedAs(task: TaskRecord, budgetEffect: string | null): z.infer<typeof SubmitAccepted> {
  return {
    taskId: task.taskId,
    status: task.status,
    held: formatCredits(task.hold),
    maxTokens: task.maxTokens,
    expiresAt: task.expiresAt,
    budgetEffect,
  };
}

function effectOf(task: TaskRecord, submission: Submission): string | null {
  if (task.maxTokens < submission.maxTokens) {
    return `The answer is limited to ${task.maxTokens} of ${submission.maxTokens} tokens.`;
  }
  return task.highestLevel === 'master' ? null : `Nodes above the level ${task.highestLevel} are left out.`;
}

function insufficient(terms: TaskTerms, balance: string): SwarmError {
  const price = formatCredits(terms.hold);
  return new SwarmError('insufficient_credits', `It can cost ${price} credits; the balance is ${balance}.`, {
    details: { price, balance },
  });
}
