import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { expireTexts } from '#coordinator/books/commands/forgetText.ts';
import { releaseDue } from '#coordinator/books/commands/releaseDue.ts';

/** Interval of upkeep, and how long texts are kept after their task has ended (rules 7.2). */
export const upkeepTimes = { everyMs: 3_600_000, keepTextsMs: 7 * 86_400_000 } as const;

interface UpkeepNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly books: Books;
  readonly private: boolean;
}

/** Deletes expired texts and, in public swarms, pays the rewards that are due. Returns a function that stops it. */
export function startUpkeep(needs: UpkeepNeeds): () => void {
  const { clock, logger, books } = needs;
  let timer: Timer | null = null;
  let stopped = false;
  const run = async () => {
    try {
      const now = clock.now();
      const texts = await untilNone(() => books.run(expireTexts(now - upkeepTimes.keepTextsMs)));
      const rewards = needs.private ? 0 : await untilNone(() => books.run(releaseDue(now)));
      if (texts + rewards > 0) logger.info('Upkeep', { texts_deleted: texts, rewards_released: rewards });
    } catch (error) {
      logger.error('Upkeep failed', { error: String(error) });
    }
    if (!stopped) timer = clock.setTimer(upkeepTimes.everyMs, () => void run());
  };
  timer = clock.setTimer(60_000, () => void run());
  return () => {
    stopped = true;
    timer?.cancel();
  };
}

/** Repeats a step, each a separate command, until one finds nothing to do. Returns the sum of their results. */
async function untilNone(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let count = await step(); count > 0; count = await step()) total += count;
  return total;
}
