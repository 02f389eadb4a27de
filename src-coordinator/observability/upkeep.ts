import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { expireTexts } from '#coordinator/books/commands/forgetText.ts';
import { releaseDue } from '#coordinator/books/commands/releaseDue.ts';

/** Texts are kept this long after their task's end; upkeep looks once an hour (rules 7.2). */
export const upkeepTimes = { everyMs: 3_600_000, keepTextsMs: 7 * 86_400_000 } as const;

interface UpkeepNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly books: Books;
  readonly private: boolean;
}

/** Deletes old texts and, in public swarms, pays the rewards that are due. Returns how to stop. */
export function startUpkeep(needs: UpkeepNeeds): () => void {
  const { clock, logger, books } = needs;
  let timer: Timer | null = null;
  let stopped = false;
  const tend = async () => {
    try {
      const now = clock.now();
      const texts = await untilNone(() => books.run(expireTexts(now - upkeepTimes.keepTextsMs)));
      const rewards = needs.private ? 0 : await untilNone(() => books.run(releaseDue(now)));
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

/** Takes step after step, each a command of its own, until one finds nothing more to do. Gives how much all did. */
async function untilNone(step: () => Promise<number>): Promise<number> {
  let done = 0;
  for (let some = await step(); some > 0; some = await step()) done += some;
  return done;
}
