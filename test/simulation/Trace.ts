import { createHash } from 'node:crypto';

/** Everything that happened in one run, in order: counted, hashed, and printed when somebody looks. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #counts = new Map<string, number>();
  readonly #print: ((line: string) => void) | null;

  constructor(print: ((line: string) => void) | null) {
    this.#print = print;
  }

  /** Something that can be counted happened. */
  note(time: number, what: string, detail = ''): void {
    this.count(what);
    this.line(time, `${what} ${detail}`);
  }

  line(time: number, text: string): void {
    const line = `${time.toFixed(3)} ${text}`;
    this.#hash.update(line);
    this.#print?.(line);
  }

  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Same seed, same digest; call it once, at the end. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
