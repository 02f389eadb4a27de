import { formatCredits } from '#shared/domain/money/credits.ts';
import { billedPromptTokens, rewardOf } from '#shared/domain/money/prices.ts';
import type { OfferReply } from '#shared/protocol/working.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { z } from 'zod';
import type { Candidate } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import type { LiveTask } from '#coordinator/swarm/tasks/LiveTask.ts';
import type { WaitingTasks } from './WaitingTasks.ts';
import { type MatchRules, type Obstacle, obstacleFor, type TaskFacts } from './eligibility.ts';
import { bestOf, choices, scoreOf } from './scoring.ts';
import { factsOfTask } from './taskFacts.ts';
import { waitReason } from './waitReasons.ts';

/** Offers lapse after this long, and are not repeated to who did not take one for a while. */
export const offerRules = {
  lapseMs: 1000,
  declinedMs: 2000,
  lapsedMs: 5000,
  longestMs: 32_000,
  failedMs: 1000,
} as const;

/** A node that said yes. Its slot is reserved under the assignment's id. */
export interface AcceptedOffer {
  readonly assignmentId: string;
  readonly candidate: Candidate;
  readonly estimateMs: number;
}

/** Who could take a task, and what stands in the way of the others. */
export interface Survey {
  readonly free: Candidate[];
  readonly busy: Candidate[];
  readonly obstacles: Obstacle[];
}

export interface DispatchNeeds {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly private: boolean;
  readonly nodes: NodeRegistry;
  readonly waiting: WaitingTasks;
  readonly newId: () => string;
  /** Makes the assignment. False when the task needs nobody any more, or could not be given to this node. */
  readonly assign: (task: LiveTask, offer: AcceptedOffer) => Promise<boolean>;
  /** A task found no node that takes it now; its `waitReason` says why. */
  readonly onWaits: (task: LiveTask) => void;
  readonly onOffer: (outcome: 'sent' | 'accepted' | 'declined' | 'lapsed') => void;
}

/** Brings waiting tasks and free slots together. */
export class Dispatcher {
  readonly #needs: DispatchNeeds;

  constructor(needs: DispatchNeeds) {
    this.#needs = needs;
  }

  /** Puts a task into the queue and looks for a node at once. */
  enqueue(task: LiveTask): void {
    if (task.phase === 'over') return;
    task.phase = 'waiting';
    this.#needs.waiting.add(task);
    this.#offer(task);
  }

  /** Takes a task out of the queue: it ended, or its old node came back. */
  withdraw(task: LiveTask): void {
    this.#needs.waiting.remove(task.record.taskId);
    task.retryTimer?.cancel();
    task.retryTimer = null;
  }

  /** A node has a free slot: gives it what waits for it. */
  nodeFreed(nodeId: string): void {
    while (this.#needs.waiting.size > 0) {
      const node = this.#needs.nodes.get(nodeId);
      if (node === undefined || node.status !== 'online') return;
      const models = node.models.filter((model) => this.#needs.nodes.freeSlots(node, model) > 0);
      if (models.length === 0) return;
      const task = this.#needs.waiting.best(
        {
          nodeId,
          digests: models.map((model) => model.digest),
          types: [...new Set(models.flatMap((model) => model.types))],
        },
        (each) => models.some((model) => this.#mayTake(each, { node, model, freeSlots: 1 })),
      );
      if (task === undefined || !this.#offer(task)) return;
    }
  }

  /** Free and busy nodes that could take a task, and the obstacles of the others. */
  survey(facts: TaskFacts, alsoFor: (candidate: Candidate) => Obstacle | null = () => null): Survey {
    const { nodes } = this.#needs;
    const wanted = { digest: facts.digest, type: facts.type, onlyNodeId: facts.onlyNodeId };
    const obstacles: Obstacle[] = [];
    const rules = this.#rules();
    const keep = (candidate: Candidate) => {
      const obstacle = alsoFor(candidate) ?? obstacleFor(facts, candidate.node, candidate.model, rules);
      if (obstacle !== null) obstacles.push(obstacle);
      return obstacle === null;
    };
    return {
      free: nodes.freeCandidates(wanted).filter(keep),
      busy: nodes.busyCandidates(wanted).filter(keep),
      obstacles,
    };
  }

  /** Offers a waiting task to the best nodes; false when nobody can take it now. */
  #offer(task: LiveTask): boolean {
    const { free, busy, obstacles } = this.survey(factsOfTask(task), (candidate) => this.#history(task, candidate));
    const ready = free.filter((candidate) => !this.#coolsDown(task, candidate));
    if (ready.length === 0) {
      task.waitReason = waitReason(obstacles, free.length > 0 ? 'declined' : busy.length > 0 ? 'busy' : null);
      this.#needs.onWaits(task);
      if (free.length > 0) this.#retryWhenCool(task, free);
      return false;
    }
    task.phase = 'offering';
    this.withdraw(task);
    const chosen = bestOf(
      ready.map((item) => ({ item, score: this.#score(task, item), draw: this.#needs.random.fraction() })),
      choices[task.record.tariffQuality].nodes,
    );
    this.#sendOffers(task, chosen).catch((error: unknown) => {
      this.#needs.logger.error('A task could not be given', { task_id: task.record.taskId, error: String(error) });
      if (task.phase === 'offering') this.#needs.clock.setTimer(offerRules.failedMs, () => this.enqueue(task));
    });
    return true;
  }

  async #sendOffers(task: LiveTask, chosen: readonly Candidate[]): Promise<void> {
    let taken: Promise<boolean> | null = null;
    const offers = chosen.map(async (candidate) => {
      const assignmentId = this.#needs.newId();
      const { nodeId } = candidate.node;
      this.#needs.nodes.reserve(nodeId, candidate.model.digest, assignmentId);
      const reply = await this.#ask(task, candidate, assignmentId);
      if (reply?.answer === 'accept' && taken === null && task.phase === 'offering') {
        taken = this.#take(task, { assignmentId, candidate, estimateMs: reply.estimateMs });
        if (await taken) return true;
        // What could not be given to it would not be a moment later either.
        this.#coolDown(task, nodeId, offerRules.declinedMs);
      } else if (reply?.answer !== 'accept') {
        this.#coolDown(task, nodeId, reply === null ? offerRules.lapsedMs : offerRules.declinedMs);
      }
      this.#giveBack(candidate, assignmentId);
      return false;
    });
    const results = await Promise.all(offers);
    if (results.includes(true) || task.phase !== 'offering') return;
    this.enqueue(task);
  }

  /** The slot is given back too when the assignment could not be stored. */
  async #take(task: LiveTask, offer: AcceptedOffer): Promise<boolean> {
    try {
      return await this.#needs.assign(task, offer);
    } catch (error) {
      this.#giveBack(offer.candidate, offer.assignmentId);
      throw error;
    }
  }

  async #ask(task: LiveTask, candidate: Candidate, assignmentId: string): Promise<z.infer<typeof OfferReply> | null> {
    this.#needs.onOffer('sent');
    const answer = await candidate.node.session.request(
      'task:offer',
      this.#offerOf(task, candidate, assignmentId),
      offerRules.lapseMs,
    );
    this.#needs.onOffer(!answer.ok ? 'lapsed' : answer.payload.answer === 'accept' ? 'accepted' : 'declined');
    return answer.ok ? answer.payload : null;
  }

  #offerOf(task: LiveTask, { node, model }: Candidate, assignmentId: string) {
    const { record } = task;
    const reward = rewardOf({
      tariff: {
        sizeClass: model.shape.sizeClass,
        quality: record.tariffQuality,
        demandPerMille: record.demandPerMille,
      },
      outputTokens: record.maxTokens,
      promptTokens: billedPromptTokens(record.promptBytes),
      promptPart: { part: 1, whole: 1 },
      qualityScore: 100,
      level: node.reputation.level,
    });
    return {
      assignmentId,
      type: record.type,
      language: record.language,
      quality: record.tariffQuality,
      promptBytes: record.promptBytes,
      maxTokens: record.maxTokens,
      modelDigest: model.digest,
      reward: formatCredits(record.hold === 0n ? 0n : reward),
      deadlineMs: Math.max(1, Math.round(task.deadline - this.#needs.clock.monotonic())),
      privacy: record.privacy,
      own: record.accountId === node.accountId,
    };
  }

  #giveBack(candidate: Candidate, assignmentId: string): void {
    if (this.#needs.nodes.release(candidate.node.nodeId, candidate.model.digest, assignmentId)) {
      // Not at once: the task that this offer was for goes back into the queue first.
      this.#needs.clock.setTimer(0, () => this.nodeFreed(candidate.node.nodeId));
    }
  }

  /** Each refusal in a row makes the pause longer; a node that changed is asked at once. */
  #coolDown(task: LiveTask, nodeId: string, pauseMs: number): void {
    const at = this.#needs.clock.monotonic();
    const times = (task.coolDown.get(nodeId)?.times ?? 0) + 1;
    const pause = Math.min(offerRules.longestMs, pauseMs * 2 ** Math.min(times - 1, 10));
    task.coolDown.set(nodeId, { at, until: at + pause, times });
  }

  #retryWhenCool(task: LiveTask, candidates: readonly Candidate[]): void {
    const now = this.#needs.clock.monotonic();
    const soonest = Math.min(...candidates.map(({ node }) => task.coolDown.get(node.nodeId)?.until ?? now));
    task.retryTimer?.cancel();
    task.retryTimer = this.#needs.clock.setTimer(Math.max(50, Math.ceil(soonest - now)), () => {
      task.retryTimer = null;
      if (task.phase === 'waiting' && this.#needs.waiting.has(task.record.taskId)) this.#offer(task);
    });
  }

  #mayTake(task: LiveTask, candidate: Candidate): boolean {
    const { node, model } = candidate;
    const obstacle = this.#history(task, candidate) ?? obstacleFor(factsOfTask(task), node, model, this.#rules());
    return obstacle === null && !this.#coolsDown(task, candidate);
  }

  /** What happened between this very task and a node before. */
  #history(task: LiveTask, { node }: Candidate): Obstacle | null {
    if (task.refusedBy.has(node.nodeId) && !this.#needs.private) return 'unreliable';
    // Its own lapsed run: it comes back by renewing its lease, not by a new offer.
    return task.run?.assignment.nodeId === node.nodeId ? 'offline' : null;
  }

  #rules(): MatchRules {
    return { private: this.#needs.private, now: this.#needs.clock.now() };
  }

  #coolsDown(task: LiveTask, { node }: Candidate): boolean {
    const pause = task.coolDown.get(node.nodeId);
    return pause !== undefined && pause.until > this.#needs.clock.monotonic() && pause.at >= node.changedAt;
  }

  #score(task: LiveTask, { node, model, freeSlots }: Candidate): number {
    const facts = {
      reputation: node.reputation.score,
      tokensPerSecond: model.tokensPerSecond,
      onTimeShare: node.onTimeShare,
      freeSlots,
      slots: model.slots,
      failedIt: task.failedBy.has(node.nodeId),
    };
    return scoreOf(facts, task.record.tariffQuality);
  }
}
