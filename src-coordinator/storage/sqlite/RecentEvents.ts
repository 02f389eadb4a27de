/** Events kept per node and in all. */
const most = { perNode: 64, inAll: 50_000 } as const;

interface Recent<T> {
  /** Everything committed after this number is here. */
  after: number;
  events: T[];
}

/**
 * The newest events of each node as they were written, so that pushing them right after the commit reads no row. A node
 * that does not take them loses its place here and is served from the rows.
 */
export class RecentEvents<T extends { readonly seq: number }> {
  readonly #ofNode = new Map<string, Recent<T>>();
  #count = 0;

  add(nodeId: string, event: T): void {
    if (this.#count >= most.inAll) this.#clear();
    const recent = this.#ofNode.get(nodeId);
    if (recent === undefined) this.#ofNode.set(nodeId, { after: event.seq - 1, events: [event] });
    else if (recent.events.length < most.perNode) recent.events.push(event);
    else {
      this.#ofNode.delete(nodeId);
      this.#count -= recent.events.length;
      return;
    }
    this.#count += 1;
  }

  /** Events after number `after`; undefined when some of them may be missing here. */
  after(nodeId: string, after: number, limit: number): readonly T[] | undefined {
    const recent = this.#ofNode.get(nodeId);
    if (recent === undefined || recent.after > after) return undefined;
    return recent.events.filter(({ seq }) => seq > after).slice(0, limit);
  }

  forget(nodeId: string, upTo: number): void {
    const recent = this.#ofNode.get(nodeId);
    if (recent === undefined) return;
    const rest = recent.events.filter(({ seq }) => seq > upTo);
    this.#count -= recent.events.length - rest.length;
    this.#ofNode.set(nodeId, { after: Math.max(recent.after, upTo), events: rest });
  }

  #clear(): void {
    this.#ofNode.clear();
    this.#count = 0;
  }
}
