import type { OfferReply } from '#shared/protocol/working.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { z } from 'zod';
import type { Candidate } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { type MatchRules, type Obstacle, obstacleFor, type TaskFacts } from './eligibility.ts';
import { CoolDowns } from './CoolDowns.ts';
import { offerOf } from './offerOf.ts';
import { bestOf, choices, scoreOf } from './scoring.ts';
import type { Ticket } from './Ticket.ts';
import type { WaitingTickets } from './WaitingTickets.ts';
import { waitReason } from './waitReasons.ts';

/** How long an offer stands, and how long a node that did not take one is not asked again. Milliseconds. */
export const offerRules = {
  lapseMs: 1000,
  declinedMs: 2000,
  lapsedMs: 5000,
  /** An assignment that failed for a reason of this process is retried after this. */
  failedMs: 1000,
} as const;

/** A node that accepted. Its slot is reserved under the assignment's id. */
export interface AcceptedOffer {
  readonly assignmentId: string;
  readonly candidate: Candidate;
  readonly estimateMs: number;
}

/** Who could take a task, and the obstacles of all others. */
export interface Survey {
  readonly free: Candidate[];
  readonly busy: Candidate[];
  readonly obstacles: Obstacle[];
}

export interface MatcherNeeds {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly private: boolean;
  readonly nodes: NodeRegistry;
  readonly channels: NodeChannels;
  readonly waiting: WaitingTickets;
  readonly newId: () => string;
  /** Makes the assignment. False when the ticket needs nobody any more, or could not be given to this node. */
  readonly assign: (ticket: Ticket, offer: AcceptedOffer) => Promise<boolean>;
  readonly onOffer: (outcome: 'sent' | 'accepted' | 'declined' | 'lapsed') => void;
}

/** An open ticket with its state in matching. */
interface OpenTicket {
  ticket: Ticket;
  state: 'waiting' | 'offering';
  readonly coolDowns: CoolDowns;
  waitReason: string | null;
  retry: Timer | null;
}

/** Brings tickets and free slots together. The only owner of what happens to a ticket while it is open. */
export class Matcher {
  readonly #needs: MatcherNeeds;
  readonly #open = new Map<string, OpenTicket>();
  #onWaits: (ticket: Ticket) => void = () => undefined;

  constructor(needs: MatcherNeeds) {
    this.#needs = needs;
  }

  /** Called when a ticket finds no node that accepts it now. */
  onWaits(listener: (ticket: Ticket) => void): void {
    this.#onWaits = listener;
  }

  /** Seeks a node until the ticket is closed. A ticket that is already open keeps its place and gets the new facts. */
  open(ticket: Ticket): void {
    const known = this.#open.get(ticket.id);
    if (known !== undefined) {
      known.ticket = ticket;
      known.coolDowns.add(ticket.coolDown);
      if (known.state === 'waiting') this.#wait(known);
      return;
    }
    const open: OpenTicket = {
      ticket,
      state: 'waiting',
      coolDowns: new CoolDowns(),
      waitReason: null,
      retry: null,
    };
    open.coolDowns.add(ticket.coolDown);
    this.#open.set(ticket.id, open);
    this.#wait(open);
  }

  /** The ticket needs nobody any more. Offers that are under way come to nothing. */
  close(ticketId: string): void {
    const open = this.#open.get(ticketId);
    if (open === undefined) return;
    this.#open.delete(ticketId);
    this.#stopWaiting(open);
  }

  /** Why a ticket waits, as a sentence; null while it is being offered or is not open. */
  waitReason(ticketId: string): string | null {
    const open = this.#open.get(ticketId);
    return open?.state === 'waiting' ? open.waitReason : null;
  }

  /** A node has a free slot: gives it what waits for it. */
  nodeFreed(nodeId: string): void {
    while (this.#needs.waiting.size > 0) {
      const node = this.#needs.nodes.get(nodeId);
      if (node === undefined || node.status !== 'online') return;
      const models = node.models.filter((model) => this.#needs.nodes.freeSlots(node, model) > 0);
      if (models.length === 0) return;
      const ticket = this.#needs.waiting.best(
        {
          nodeId,
          digests: models.map((model) => model.digest),
          types: [...new Set(models.flatMap((model) => model.types))],
        },
        (each) => models.some((model) => this.#mayTake(each, { node, model, freeSlots: 1 })),
      );
      const open = ticket === undefined ? undefined : this.#open.get(ticket.id);
      if (open === undefined || !this.#offer(open)) return;
    }
  }

  /** Free and busy nodes that could take a task, and the obstacles of the others. */
  survey(facts: TaskFacts, exclude: Ticket['exclude'] = new Map()): Survey {
    const { nodes } = this.#needs;
    const wanted = { digest: facts.digest, type: facts.type, onlyNodeId: facts.onlyNodeId };
    const obstacles: Obstacle[] = [];
    const rules = this.#rules();
    const keep = ({ node, model }: Candidate) => {
      const obstacle = exclude.get(node.nodeId) ?? obstacleFor(facts, node, model, rules);
      if (obstacle !== null) obstacles.push(obstacle);
      return obstacle === null;
    };
    return {
      free: nodes.freeCandidates(wanted).filter(keep),
      busy: nodes.busyCandidates(wanted).filter(keep),
      obstacles,
    };
  }

  #wait(open: OpenTicket): void {
    open.state = 'waiting';
    this.#needs.waiting.add(open.ticket);
    this.#offer(open);
  }

  #stopWaiting(open: OpenTicket): void {
    this.#needs.waiting.remove(open.ticket.id);
    open.retry?.cancel();
    open.retry = null;
  }

  /** Offers a waiting ticket to the best nodes; false if no node can accept it now. */
  #offer(open: OpenTicket): boolean {
    const { ticket } = open;
    const { free, busy, obstacles } = this.survey(ticket.facts, ticket.exclude);
    const ready = free.filter((candidate) => !this.#coolsDown(open, candidate));
    if (ready.length === 0) {
      open.waitReason = waitReason(obstacles, free.length > 0 ? 'declined' : busy.length > 0 ? 'busy' : null);
      this.#onWaits(ticket);
      if (free.length > 0) this.#retryAfterCoolDown(open, free);
      return false;
    }
    open.state = 'offering';
    this.#stopWaiting(open);
    const chosen = bestOf(
      ready.map((item) => ({ item, score: this.#score(ticket, item), draw: this.#needs.random.fraction() })),
      choices[ticket.facts.quality].nodes,
    );
    this.#sendOffers(open, chosen).catch((error: unknown) => {
      this.#needs.logger.error('A task could not be assigned', { task_id: ticket.taskId, error: String(error) });
      this.#needs.clock.setTimer(offerRules.failedMs, () => this.#waitAgain(open));
    });
    return true;
  }

  async #sendOffers(open: OpenTicket, chosen: readonly Candidate[]): Promise<void> {
    let taken: Promise<boolean> | null = null;
    const offers = chosen.map(async (candidate) => {
      const assignmentId = this.#needs.newId();
      const { nodeId } = candidate.node;
      this.#needs.nodes.reserve(nodeId, candidate.model.digest, assignmentId);
      const reply = await this.#ask(open.ticket, candidate, assignmentId);
      if (reply?.answer === 'accept' && taken === null && this.#isOpen(open)) {
        taken = this.#assign(open.ticket, { assignmentId, candidate, estimateMs: reply.estimateMs });
        if (await taken) return true;
        // An assignment that was refused now would be refused a moment later too.
        this.#refused(open, nodeId, offerRules.declinedMs);
      } else if (reply?.answer !== 'accept') {
        this.#refused(open, nodeId, reply === null ? offerRules.lapsedMs : offerRules.declinedMs);
      }
      this.#giveBack(candidate, assignmentId);
      return false;
    });
    const results = await Promise.all(offers);
    if (!results.includes(true)) this.#waitAgain(open);
  }

  /** Releases the slot also when the assignment could not be stored. */
  async #assign(ticket: Ticket, offer: AcceptedOffer): Promise<boolean> {
    try {
      return await this.#needs.assign(ticket, offer);
    } catch (error) {
      this.#giveBack(offer.candidate, offer.assignmentId);
      throw error;
    }
  }

  #waitAgain(open: OpenTicket): void {
    if (this.#isOpen(open) && open.state === 'offering') this.#wait(open);
  }

  #isOpen(open: OpenTicket): boolean {
    return this.#open.get(open.ticket.id) === open;
  }

  async #ask(ticket: Ticket, candidate: Candidate, assignmentId: string): Promise<z.infer<typeof OfferReply> | null> {
    this.#needs.onOffer('sent');
    const answer = await this.#needs.channels.request(
      candidate.node.nodeId,
      'task:offer',
      offerOf(ticket, candidate, { assignmentId, now: this.#needs.clock.monotonic() }),
      offerRules.lapseMs,
    );
    this.#needs.onOffer(!answer.ok ? 'lapsed' : answer.payload.answer === 'accept' ? 'accepted' : 'declined');
    return answer.ok ? answer.payload : null;
  }

  #giveBack(candidate: Candidate, assignmentId: string): void {
    if (this.#needs.nodes.release(candidate.node.nodeId, candidate.model.digest, assignmentId)) {
      // Later, since the ticket that this offer was for goes back into the queue first.
      this.#needs.clock.setTimer(0, () => this.nodeFreed(candidate.node.nodeId));
    }
  }

  #retryAfterCoolDown(open: OpenTicket, candidates: readonly Candidate[]): void {
    const now = this.#needs.clock.monotonic();
    const soonest = open.coolDowns.soonest(
      candidates.map(({ node }) => node.nodeId),
      now,
    );
    open.retry?.cancel();
    open.retry = this.#needs.clock.setTimer(Math.max(50, Math.ceil(soonest - now)), () => {
      open.retry = null;
      if (this.#isOpen(open) && open.state === 'waiting') this.#offer(open);
    });
  }

  #mayTake(ticket: Ticket, candidate: Candidate): boolean {
    const open = this.#open.get(ticket.id);
    const { node, model } = candidate;
    const obstacle = ticket.exclude.get(node.nodeId) ?? obstacleFor(ticket.facts, node, model, this.#rules());
    return open !== undefined && obstacle === null && !this.#coolsDown(open, candidate);
  }

  #rules(): MatchRules {
    return { private: this.#needs.private, now: this.#needs.clock.now() };
  }

  #coolsDown(open: OpenTicket, { node }: Candidate): boolean {
    return open.coolDowns.holds(node, this.#needs.clock.monotonic());
  }

  #refused(open: OpenTicket, nodeId: string, pauseMs: number): void {
    open.coolDowns.refused(nodeId, pauseMs, this.#needs.clock.monotonic());
  }

  #score(ticket: Ticket, { node, model, freeSlots }: Candidate): number {
    const facts = {
      reputation: node.reputation.score,
      tokensPerSecond: model.tokensPerSecond,
      onTimeShare: node.onTimeShare,
      freeSlots,
      slots: model.slots,
      failedIt: ticket.avoid.has(node.nodeId),
    };
    return scoreOf(facts, ticket.facts.quality);
  }
}
