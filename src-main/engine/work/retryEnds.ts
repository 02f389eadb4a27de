import type { Clock } from '#shared/util/clock.ts';
import type { Executor } from './executor/Executor.ts';
import type { Outbox } from './outbox/Outbox.ts';

/** Milliseconds between two attempts to store the end of an assignment. */
const retryMs = 10_000;

export interface RetryEndsOptions {
  readonly clock: Clock;
  readonly executor: Pick<Executor, 'endInterrupted'>;
  readonly outbox: Pick<Outbox, 'deliver'>;
  /** True once the engine stops; the next start ends the assignments then. */
  readonly isStopping: () => boolean;
}

/** Stores and delivers the ends of assignments whose end could not be stored, once the disk accepts writes again. */
export function retryEnds(options: RetryEndsOptions): void {
  const { clock, executor, outbox, isStopping } = options;
  clock.setTimer(retryMs, () => {
    if (isStopping()) return;
    executor
      .endInterrupted()
      .then(
        () => outbox.deliver(),
        () => retryEnds(options),
      )
      .catch(() => undefined);
  });
}
