import type { Problem } from '#shared/api/snapshot.ts';

/** What is wrong with the whole engine: shown as banners until it is gone. */
export class Problems {
  readonly #onChange: () => void;
  readonly #problems = new Map<string, Problem>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  list(): Problem[] {
    return [...this.#problems.values()];
  }

  /** Null: it is gone. */
  set(code: string, problem: Omit<Problem, 'code'> | null): void {
    if (problem === null ? !this.#problems.delete(code) : this.#problems.has(code)) return;
    if (problem !== null) this.#problems.set(code, { code, ...problem });
    this.#onChange();
  }
}
