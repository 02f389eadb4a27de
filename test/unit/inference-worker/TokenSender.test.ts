import { describe, expect, test } from 'vitest';
import { TokenSender, type TokenBatch } from '#main/inference-worker/run/TokenSender.ts';

/** A sender whose turns of the event loop end when the test says so. */
function setUp() {
  const sent: TokenBatch[] = [];
  let scheduled: (() => void)[] = [];
  const endTurn = (): void => {
    const runs = scheduled;
    scheduled = [];
    for (const run of runs) run();
  };
  const sender = new TokenSender(
    (batch) => sent.push(batch),
    (run) => scheduled.push(run),
  );
  return { sent, sender, endTurn };
}

describe('batches of tokens', () => {
  test('every token leaves at the end of its turn', () => {
    const { sent, sender, endTurn } = setUp();
    for (const id of [7, 8, 9]) {
      sender.push(id, 'x');
      endTurn();
    }
    expect(sent).toEqual([
      { from: 0, ids: [7], text: 'x' },
      { from: 1, ids: [8], text: 'x' },
      { from: 2, ids: [9], text: 'x' },
    ]);
  });

  test('tokens of one turn leave together', () => {
    const { sent, sender, endTurn } = setUp();
    sender.push(7, 'a');
    sender.push(8, 'b');
    expect(sent).toEqual([]);
    endTurn();
    endTurn();
    expect(sent).toEqual([{ from: 0, ids: [7, 8], text: 'ab' }]);
  });

  test('the rest of the text leaves with the last token of its turn', () => {
    const { sent, sender, endTurn } = setUp();
    sender.push(7, '');
    sender.pushText('é');
    sender.flush();
    endTurn();
    expect(sent).toEqual([{ from: 0, ids: [7], text: 'é' }]);
  });

  test('flushing sends what is left once, and nothing when there is nothing', () => {
    const { sent, sender, endTurn } = setUp();
    sender.flush();
    sender.push(1, 'y');
    sender.flush();
    sender.flush();
    endTurn();
    expect(sent).toEqual([{ from: 0, ids: [1], text: 'y' }]);
  });
});
