import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';

/** Texts are kept this long after their task's end; upkeep looks once an hour (rules 7.2). */
export const upkeepTimes = { everyMs: 3_600_000, keepTextsMs: 7 * 86_400_000 } as const;

interface UpkeepNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<CoordinatorStore, 'expireTexts' | 'releaseDue'>;
  readonly private: boolean;
}

/** Deletes old texts and, in public swarms, pays the rewards that are due. Returns how to stop. */
export function startUpkeep(needs: UpkeepNeeds): () => void {
  const { clock, logger, store } = needs;
  let timer: Timer | null = null;
  let stopped = false;
  const tend = async () => {
    try {
      const texts = await store.expireTexts(clock.now() - upkeepTimes.keepTextsMs);
      const rewards = needs.private ? 0 : await store.releaseDue(clock.now());
      if (texts + rewards > 0) logger.info('Upkeep', { texts_deleted: texts, rewards_released: rewards });
    } catch (error) {
      logger.error('Upkeep failed', { error: String(error) });
    }
    if (!stopped) timer = clock.setTimer(upkeepTimes.everyMs, () => void tend());
  };
  timer = clock.setTimer(60_000, () => void tend());
  return () => {
    stopped = true;
    timer?.cancel();
  };
}
