import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { settle } from '#test/helpers/ManualClock.ts';

const piece = (from: number, text: string, attempt = 0): TaskFrame => ({
  taskId: 't',
  attempt,
  from,
  tokens: text.length,
  text,
});

/** A listener that writes down the frames, and whether they ended. */
function recorder(id = 'n') {
  const seen: string[] = [];
  return {
    id,
    seen,
    onFrame: ({ attempt, from, text }: TaskFrame) => seen.push(`${attempt}:${from}:${text}`),
    onOver: () => seen.push('over'),
  };
}

describe('FrameRelay', () => {
  test('relays a piece at once, and pieces that are stored together as one frame', async () => {
    const relay = new FrameRelay();
    const listener = recorder();
    relay.watch('t', listener).begin({ attempt: 0, upTo: 0 });
    relay.push(piece(0, 'a'));
    await settle();
    expect(listener.seen).toEqual(['0:0:a']);
    for (const each of [piece(1, 'b'), piece(2, 'cd')]) relay.push(each);
    await settle();
    expect(listener.seen).toEqual(['0:0:a', '0:1:bcd']);
  });

  test('a late listener gets the rest of the answer, in order, none of it twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant('push'), fc.constant('turn')), { maxLength: 40 }),
        fc.nat(5),
        fc.nat(5),
        async (steps, watchAt, delay) => {
          const relay = new FrameRelay();
          relay.watch('t', recorder('first')).begin({ attempt: 0, upTo: 0 });
          const late = { id: 'late', text: [] as string[] };
          const listener = { id: late.id, onFrame: ({ text }: TaskFrame) => late.text.push(text), onOver: () => {} };
          let watch: ReturnType<FrameRelay['watch']> | undefined;
          let stored = '';
          const begin = (): void => {
            late.text.push(stored);
            watch?.begin({ attempt: 0, upTo: stored.length });
            watch = undefined;
          };
          for (const [index, step] of steps.entries()) {
            if (index === watchAt) watch = relay.watch('t', listener);
            // Its position is read from the store, which takes a while.
            if (index === watchAt + delay) begin();
            if (step === 'turn') await settle();
            else {
              const letter = String.fromCodePoint(97 + (stored.length % 26));
              relay.push(piece(stored.length, letter));
              stored += letter;
            }
          }
          if (watch !== undefined) begin();
          relay.end('t');
          expect(late.text.join('')).toBe(steps.length > watchAt ? stored : '');
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  test('a new attempt begins at its start, and the end is told once', async () => {
    const relay = new FrameRelay();
    const listener = recorder();
    const watch = relay.watch('t', listener);
    watch.begin({ attempt: 0, upTo: 0 });
    relay.push(piece(0, 'abc'));
    await settle();
    relay.push(piece(0, 'x', 1));
    relay.push(piece(3, 'late', 0));
    relay.end('t');
    relay.end('t');
    watch.stop();
    expect(listener.seen).toEqual(['0:0:abc', '1:0:x', 'over']);
  });

  test('holds frames and the end until the listener has told its position', async () => {
    const relay = new FrameRelay();
    const listener = recorder();
    const watch = relay.watch('t', listener);
    relay.push(piece(0, 'ab'));
    relay.push(piece(2, 'c'));
    await settle();
    relay.end('t');
    expect(listener.seen).toEqual([]);
    watch.begin({ attempt: 0, upTo: 2 });
    expect(listener.seen).toEqual(['0:2:c', 'over']);
  });
});
