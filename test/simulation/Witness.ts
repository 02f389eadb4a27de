/** What processes were told, as an auditor outside the coordinator writes it down: none of it may be untrue later. */
export class Witness {
  /** Tasks whose submission was acknowledged, with what was held; null where that was not told. */
  readonly submitted = new Map<string, string | null>();
  /** Ids per assignment that were acknowledged as stored. */
  readonly stored = new Map<string, number[]>();
  /** Results that were acknowledged, with what was said of them. */
  readonly results = new Map<string, string | null>();
  /** Ends of tasks that requesters heard of. */
  readonly ended = new Map<string, { status: string; credits: string; text: string }>();
  /** Rewards that nodes heard of, by assignment. */
  readonly credited = new Map<string, string>();
  /** First rule that somebody saw broken. */
  broken: string | null = null;

  accuse(rule: string): void {
    this.broken ??= rule;
  }

  once(book: Map<string, string | null>, key: string, value: string, what: string): void {
    const before = book.get(key);
    if (typeof before === 'string' && before !== value) this.accuse(`${what} ${key}: first ${before}, then ${value}`);
    book.set(key, value);
  }

  keepStored(assignmentId: string, ids: readonly number[], count: number): void {
    const before = this.stored.get(assignmentId)?.length ?? 0;
    if (count > ids.length) this.accuse(`More ids stored than sent by ${assignmentId}: ${count} of ${ids.length}`);
    if (count > before) this.stored.set(assignmentId, ids.slice(0, count));
  }
}
