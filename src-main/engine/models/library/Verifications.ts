import type { Clock } from '#shared/util/clock.ts';

type State = 'sound' | 'damaged' | 'missing';

/** Verifies whole files; concurrent requests for the same file share one verification. */
export class Verifications {
  readonly #clock: Clock;
  readonly #verify: (digest: string) => Promise<State>;
  readonly #running = new Map<string, Promise<State>>();

  constructor(clock: Clock, verify: (digest: string) => Promise<State>) {
    this.#clock = clock;
    this.#verify = verify;
  }

  /** The result; `checking` when it takes longer than `withinMs`, while the verification continues. */
  async check(digest: string, withinMs: number): Promise<State | 'checking'> {
    const running = this.#running.get(digest) ?? this.#verify(digest);
    this.#running.set(digest, running);
    const late = Promise.withResolvers<'checking'>();
    const timer = this.#clock.setTimer(withinMs, () => late.resolve('checking'));
    try {
      const state = await Promise.race([running, late.promise]);
      // A late result is kept for the next request.
      if (state !== 'checking') this.#running.delete(digest);
      return state;
    } catch (error) {
      this.#running.delete(digest);
      throw error;
    } finally {
      timer.cancel();
    }
  }
}
