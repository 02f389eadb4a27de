import type { Priority } from '#shared/domain/tasks/task.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Ticket } from './Ticket.ts';

/** Highest first. */
const priorities: readonly Priority[] = ['critical', 'high', 'medium', 'low'];

/** Tickets of one bucket that are examined when a slot becomes free, so that the cost does not grow with the queue. */
const lookAhead = 64;

/** Tickets of each priority, oldest first. */
type Bucket = ReadonlyMap<Priority, Ticket[]>;

/** What a node with a free slot can serve. */
export interface Servable {
  readonly nodeId: string;
  readonly digests: readonly string[];
  readonly types: readonly TaskType[];
}

/** Tickets that wait for a node, indexed by what could serve them. */
export class WaitingTickets {
  readonly #buckets = new Map<string, Bucket>();
  /** Where each ticket stands, by id. */
  readonly #places = new Map<string, { readonly key: string; readonly ticket: Ticket }>();

  get size(): number {
    return this.#places.size;
  }

  has(ticketId: string): boolean {
    return this.#places.has(ticketId);
  }

  /** Adds a ticket, or replaces the one with its id. */
  add(ticket: Ticket): void {
    this.remove(ticket.id);
    const key = keyOf(ticket);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Map(priorities.map((priority) => [priority, []]));
      this.#buckets.set(key, bucket);
    }
    const tickets = bucket.get(ticket.priority);
    // Not always at the end: a ticket that was refused comes back to its place.
    tickets?.splice(placeOf(ticket, tickets), 0, ticket);
    this.#places.set(ticket.id, { key, ticket });
  }

  remove(ticketId: string): void {
    const place = this.#places.get(ticketId);
    if (place === undefined) return;
    this.#places.delete(ticketId);
    const { key, ticket } = place;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return;
    const tickets = bucket.get(ticket.priority);
    tickets?.splice(placeOf(ticket, tickets), 1);
    if ([...bucket.values()].every(({ length }) => length === 0)) this.#buckets.delete(key);
  }

  /** The best waiting ticket for which `fits` holds: priority first, then age. */
  best(servable: Servable, fits: (ticket: Ticket) => boolean): Ticket | undefined {
    const buckets = keysOf(servable).flatMap((key) => this.#buckets.get(key) ?? []);
    for (const priority of priorities) {
      const firsts = buckets.flatMap((bucket) => firstFitting(bucket.get(priority), fits) ?? []);
      const oldest = firsts.toSorted(byAge)[0];
      if (oldest !== undefined) return oldest;
    }
    return undefined;
  }
}

/** Oldest first. No two tickets are equal, since ids differ. */
function byAge(a: Ticket, b: Ticket): number {
  return a.acceptedAt - b.acceptedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Index of a ticket among tickets in order of age, or where it belongs. */
function placeOf(ticket: Ticket, tickets: readonly Ticket[]): number {
  let low = 0;
  let high = tickets.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const other = tickets[middle];
    if (other !== undefined && byAge(other, ticket) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstFitting(tickets: readonly Ticket[] = [], fits: (ticket: Ticket) => boolean): Ticket | undefined {
  return tickets.slice(0, lookAhead).find(fits);
}

function keyOf({ facts: { onlyNodeId, digest, type } }: Ticket): string {
  if (onlyNodeId !== null) return `node:${onlyNodeId}`;
  return digest === null ? `type:${type}` : `digest:${digest}`;
}

function keysOf({ nodeId, digests, types }: Servable): string[] {
  return [`node:${nodeId}`, ...digests.map((digest) => `digest:${digest}`), ...types.map((type) => `type:${type}`)];
}
