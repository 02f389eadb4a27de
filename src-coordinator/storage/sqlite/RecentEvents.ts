/** Events remembered per stream and in all. */
const most = { perStream: 64, inAll: 50_000 } as const;

interface Recent<T> {
  /** Every event of the stream with a higher number is here. */
  after: number;
  events: T[];
}

/**
 * The newest events of each stream, so that pushing them right after the commit reads no row. A stream whose receiver does
 * not take them is dropped here and served from the rows.
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

  /** Events after number `after`; undefined when some of them may be missing here. */
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
