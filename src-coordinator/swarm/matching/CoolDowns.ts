import type { Pause } from './Ticket.ts';

/** A pause doubles with each refusal in a row, up to this many milliseconds. */
const longestMs = 32_000;

interface CoolDown extends Pause {
  readonly refusals: number;
}

/** The nodes that one ticket is not offered to for a while. Times are monotonic milliseconds. */
export class CoolDowns {
  readonly #ofNode = new Map<string, CoolDown>();

  /** Takes over the pauses that a ticket brings, each unless its node refused the ticket since. */
  add(pauses: ReadonlyMap<string, Pause>): void {
    for (const [nodeId, pause] of pauses) {
      const known = this.#ofNode.get(nodeId);
      if (known === undefined || known.at < pause.at) this.#ofNode.set(nodeId, { ...pause, refusals: 0 });
    }
  }

  /** A node refused the ticket, or did not answer. `pauseMs` is the pause after a first refusal. */
  refused(nodeId: string, pauseMs: number, now: number): void {
    const refusals = (this.#ofNode.get(nodeId)?.refusals ?? 0) + 1;
    const pause = Math.min(longestMs, pauseMs * 2 ** Math.min(refusals - 1, 10));
    this.#ofNode.set(nodeId, { at: now, until: now + pause, refusals });
  }

  /** Whether the node is not to be asked now. One that changed since it refused is asked at once. */
  holds(node: { readonly nodeId: string; readonly changedAt: number }, now: number): boolean {
    const pause = this.#ofNode.get(node.nodeId);
    return pause !== undefined && pause.until > now && pause.at >= node.changedAt;
  }

  /** When the first of these nodes may be asked again. */
  soonest(nodeIds: readonly string[], now: number): number {
    return Math.min(...nodeIds.map((nodeId) => this.#ofNode.get(nodeId)?.until ?? now));
  }
}
