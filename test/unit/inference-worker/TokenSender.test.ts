import { describe, expect, test } from 'vitest';
import { TokenSender, type TokenBatch } from '#main/inference-worker/TokenSender.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

function setUp() {
  const clock = new ManualClock();
  const sent: TokenBatch[] = [];
  return { clock, sent, sender: new TokenSender(clock, (batch) => sent.push(batch)) };
}

describe('batches of tokens', () => {
  test('the first token leaves at once, the next ones together after 50 ms', async () => {
    const { clock, sent, sender } = setUp();
    sender.push(7, 'a');
    expect(sent).toEqual([{ from: 0, ids: [7], text: 'a' }]);
    sender.push(8, 'b');
    await clock.advance(30);
    sender.push(9, 'c');
    expect(sent).toHaveLength(1);
    await clock.advance(20);
    expect(sent[1]).toEqual({ from: 1, ids: [8, 9], text: 'bc' });
  });

  test('a slow model sends every token at once', async () => {
    const { clock, sent, sender } = setUp();
    for (let i = 0; i < 3; i += 1) {
      sender.push(i, 'x');
      await clock.advance(60);
    }
    expect(sent.map(({ from }) => from)).toEqual([0, 1, 2]);
  });

  test('flushing sends what is left once, and nothing when there is nothing', async () => {
    const { clock, sent, sender } = setUp();
    sender.flush();
    sender.push(1, '');
    sender.push(2, 'y');
    sender.pushText('!');
    sender.flush();
    sender.flush();
    await clock.advance(100);
    expect(sent).toEqual([
      { from: 0, ids: [1], text: '' },
      { from: 1, ids: [2], text: 'y!' },
    ]);
    expect(clock.pending).toBe(0);
  });
});
