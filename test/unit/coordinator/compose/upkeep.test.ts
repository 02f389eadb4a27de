import { expect, test } from 'vitest';
import { Metrics } from '#coordinator/observability/Metrics.ts';
import { RefusalAudit } from '#coordinator/observability/RefusalAudit.ts';
import { startUpkeep, upkeepTimes } from '#coordinator/compose/upkeep.ts';
import type { AuditLine } from '#coordinator/books/records.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { memoryStorage } from '#test/helpers/memoryStorage.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

test.for([
  [true, ['expireTexts', 'expireTexts']],
  [false, ['expireTexts', 'releaseDue', 'expireTexts', 'releaseDue']],
] as const)(
  'once an hour old texts go, and public swarms pay what is due (private: %s)',
  async ([isPrivate, expected]) => {
    const clock = new ManualClock();
    const startedAt = clock.now();
    const { books, commands } = memoryStorage({ clock });
    const done = () => commands.map(({ kind }) => kind);
    const stop = startUpkeep({
      clock,
      logger: silentLogger,
      private: isPrivate,
      books,
    });
    await clock.advance(upkeepTimes.everyMs + 120_000);
    expect(done()).toEqual(expected);
    const first = commands.find(({ kind }) => kind === 'expireTexts');
    expect(first?.input).toBe(startedAt + 60_000 - 7 * 86_400_000);
    stop();
    await clock.advance(10 * upkeepTimes.everyMs);
    expect(done()).toEqual(expected);
  },
);

test('refusals that say something about trust are audited, and noise cannot fill the log', async () => {
  const clock = new ManualClock();
  const lines: AuditLine[] = [];
  const refusals = new RefusalAudit({
    clock,
    logger: silentLogger,
    metrics: new Metrics(),
    audit: (line) => Promise.resolve(void lines.push(line)),
  });
  refusals.note({ type: 'task:submit', code: 'invalid_message', who: 'node_a', address: '' });
  expect(lines).toEqual([]);
  for (let count = 0; count < 1000; count += 1) {
    refusals.note({ type: 'session:prove', code: 'bad_signature', who: '', address: '203.0.113.7' });
  }
  expect(lines.length).toBeLessThan(200);
  expect(lines[0]).toMatchObject({ actor: '203.0.113.7', action: 'session:prove', outcome: 'bad_signature' });
  await clock.advance(61_000);
  const before = lines.length;
  refusals.note({ type: 'task:result', code: 'assignment_foreign', who: 'node_a', address: '' });
  expect(lines.length).toBe(before + 1);
});
