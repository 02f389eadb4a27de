/** Maximum number of cached events per stream and in total. */
const most = { perStream: 64, inAll: 50_000 } as const;

interface Recent<T> {
  /** Every event of the stream with a number above this is cached. */
  after: number;
  events: T[];
}

/**
 * Caches the newest events of each stream, so that pushing them right after the commit reads no rows. A stream whose receiver
 * does not acknowledge them is evicted and then served from the table.
 */
export class RecentEvents<T extends { readonly seq: number }> {
  readonly #ofStream = new Map<string, Recent<T>>();
  #count = 0;

  add(stream: string, event: T): void {
    if (this.#count >= most.inAll) this.#clear();
    const recent = this.#ofStream.get(stream);
    if (recent === undefined) this.#ofStream.set(stream, { after: event.seq - 1, events: [event] });
    else if (recent.events.length < most.perStream) recent.events.push(event);
    else {
      this.#ofStream.delete(stream);
      this.#count -= recent.events.length;
      return;
    }
    this.#count += 1;
  }

  /** Events after number `after`; undefined when some of them may not be cached. */
  after(stream: string, after: number, limit: number): readonly T[] | undefined {
    const recent = this.#ofStream.get(stream);
    if (recent === undefined || recent.after > after) return undefined;
    return recent.events.filter(({ seq }) => seq > after).slice(0, limit);
  }

  forget(stream: string, upTo: number): void {
    const recent = this.#ofStream.get(stream);
    if (recent === undefined) return;
    const rest = recent.events.filter(({ seq }) => seq > upTo);
    this.#count -= recent.events.length - rest.length;
    this.#ofStream.set(stream, { after: Math.max(recent.after, upTo), events: rest });
  }

  #clear(): void {
    this.#ofStream.clear();
    this.#count = 0;
  }
}
