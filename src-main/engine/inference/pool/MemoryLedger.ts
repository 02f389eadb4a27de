/** Memory reservations of models, made before they load. Their sum exceeds the budget only after the budget shrank. */
export class MemoryLedger {
  #budget: number;
  readonly #reserved = new Map<string, number>();

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  setBudget(bytes: number): void {
    this.#budget = bytes;
  }

  get budgetBytes(): number {
    return this.#budget;
  }

  /** Unreserved bytes; negative while the budget is overdrawn. */
  get freeBytes(): number {
    return this.#budget - [...this.#reserved.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Replaces an owner's reservation. Returns false and changes nothing when it does not fit. */
  reserve(owner: string, bytes: number): boolean {
    if (bytes > this.freeBytes + this.reservedBy(owner)) return false;
    this.#reserved.set(owner, bytes);
    return true;
  }

  reservedBy(owner: string): number {
    return this.#reserved.get(owner) ?? 0;
  }

  release(owner: string): void {
    this.#reserved.delete(owner);
  }
}
