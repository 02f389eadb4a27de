import type { Priority } from '#shared/domain/tasks/task.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Ticket } from './Ticket.ts';

/** Highest first. */
const priorities: readonly Priority[] = ['critical', 'high', 'medium', 'low'];

/** Tickets of one bucket that are examined when a slot becomes free, so that the cost does not grow with the queue. */
const lookAhead = 64;

type Bucket = ReadonlyMap<Priority, Map<string, Ticket>>;

/** What a node with a free slot can serve. */
export interface Servable {
  readonly nodeId: string;
  readonly digests: readonly string[];
  readonly types: readonly TaskType[];
}

/** Tickets that wait for a node, indexed by what could serve them. */
export class WaitingTickets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #keys = new Map<string, string>();

  get size(): number {
    return this.#keys.size;
  }

  has(ticketId: string): boolean {
    return this.#keys.has(ticketId);
  }

  /** Adds a ticket, or replaces the one with its id. */
  add(ticket: Ticket): void {
    this.remove(ticket.id);
    const key = keyOf(ticket);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Map(priorities.map((priority) => [priority, new Map<string, Ticket>()]));
      this.#buckets.set(key, bucket);
    }
    bucket.get(ticket.priority)?.set(ticket.id, ticket);
    this.#keys.set(ticket.id, key);
  }

  remove(ticketId: string): void {
    const key = this.#keys.get(ticketId);
    if (key === undefined) return;
    this.#keys.delete(ticketId);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return;
    for (const tickets of bucket.values()) tickets.delete(ticketId);
    if ([...bucket.values()].every((tickets) => tickets.size === 0)) this.#buckets.delete(key);
  }

  /** The best waiting ticket for which `fits` holds: priority first, then age. */
  best(servable: Servable, fits: (ticket: Ticket) => boolean): Ticket | undefined {
    const buckets = keysOf(servable).flatMap((key) => this.#buckets.get(key) ?? []);
    for (const priority of priorities) {
      const firsts = buckets.flatMap((bucket) => firstFitting(bucket.get(priority), fits) ?? []);
      const oldest = firsts.toSorted((a, b) => a.acceptedAt - b.acceptedAt || (a.id < b.id ? -1 : 1))[0];
      if (oldest !== undefined) return oldest;
    }
    return undefined;
  }
}

function firstFitting(
  tickets: ReadonlyMap<string, Ticket> | undefined,
  fits: (ticket: Ticket) => boolean,
): Ticket | undefined {
  let examined = 0;
  for (const ticket of tickets?.values() ?? []) {
    if (fits(ticket)) return ticket;
    examined += 1;
    if (examined >= lookAhead) return undefined;
  }
  return undefined;
}

function keyOf({ facts: { onlyNodeId, digest, type } }: Ticket): string {
  if (onlyNodeId !== null) return `node:${onlyNodeId}`;
  return digest === null ? `type:${type}` : `digest:${digest}`;
}

function keysOf({ nodeId, digests, types }: Servable): string[] {
  return [`node:${nodeId}`, ...digests.map((digest) => `digest:${digest}`), ...types.map((type) => `type:${type}`)];
}
