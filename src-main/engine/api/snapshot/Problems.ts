import type { Problem } from '#shared/api/snapshot.ts';

/** Problems of the whole engine, shown as banners until they are gone. */
export class Problems {
  readonly #onChange: () => void;
  readonly #problems = new Map<string, Problem>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  list(): Problem[] {
    return [...this.#problems.values()];
  }

  /** Sets a problem, or removes it (null). */
  set(code: string, problem: Omit<Problem, 'code'> | null): void {
    if (problem === null ? !this.#problems.delete(code) : this.#problems.has(code)) return;
    if (problem !== null) this.#problems.set(code, { code, ...problem });
    this.#onChange();
  }
}
