import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { z } from 'zod';

type Frame = z.infer<typeof TaskFrame>;

/** A clock whose timers run when told. */
function handClock(): { clock: Clock; run: () => void } {
  let waiting: (() => void)[] = [];
  return {
    clock: {
      now: () => 0,
      monotonic: () => 0,
      setTimer: (_, run) => {
        waiting.push(run);
        return { cancel: () => (waiting = waiting.filter((each) => each !== run)) };
      },
    },
    run: () => {
      for (const run of waiting.splice(0)) run();
    },
  };
}

const piece = (from: number, text: string, attempt = 0): Frame => ({
  taskId: 't',
  attempt,
  from,
  tokens: text.length,
  text,
});

describe('FrameRelay', () => {
  test('the first piece goes out at once, the next ones together', () => {
    const { clock, run } = handClock();
    const relay = new FrameRelay(clock);
    const frames: Frame[] = [];
    relay
      .watch('t', { id: 'n', onFrame: (frame) => frames.push(frame), onOver: () => {} })
      .begin({ attempt: 0, upTo: 0 });
    for (const each of [piece(0, 'a'), piece(1, 'b'), piece(2, 'cd')]) relay.push(each);
    expect(frames.map(({ text }) => text)).toEqual(['a']);
    run();
    expect(frames.map(({ from, text }) => [from, text])).toEqual([
      [0, 'a'],
      [1, 'bcd'],
    ]);
  });

  test('whoever begins to watch gets the rest of the answer, in order, none of it twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant('push'), fc.constant('run')), { maxLength: 40 }),
        fc.nat(5),
        (steps, joinAt) => {
          const { clock, run } = handClock();
          const relay = new FrameRelay(clock);
          relay.watch('t', { id: 'first', onFrame: () => {}, onOver: () => {} }).begin({ attempt: 0, upTo: 0 });
          const text: string[] = [];
          let stored = '';
          steps.forEach((step, index) => {
            if (index === joinAt) {
              const onFrame = (frame: Frame) => text.push(frame.text);
              text.push(stored);
              relay.watch('t', { id: 'late', onFrame, onOver: () => {} }).begin({ attempt: 0, upTo: stored.length });
            }
            if (step === 'run') return run();
            relay.push(piece(stored.length, String.fromCodePoint(97 + (stored.length % 26))));
            stored += String.fromCodePoint(97 + (stored.length % 26));
          });
          relay.end('t');
          expect(text.join('')).toBe(steps.length > joinAt ? stored : '');
        },
      ),
    );
  });

  test('a new attempt begins at its start, and the end is told once', () => {
    const { clock, run } = handClock();
    const relay = new FrameRelay(clock);
    const seen: string[] = [];
    const listener = {
      id: 'n',
      onFrame: (frame: Frame) => seen.push(`${frame.attempt}:${frame.from}:${frame.text}`),
      onOver: () => seen.push('over'),
    };
    const watch = relay.watch('t', listener);
    watch.begin({ attempt: 0, upTo: 0 });
    relay.push(piece(0, 'abc'));
    run();
    relay.push(piece(0, 'x', 1));
    relay.push(piece(3, 'late', 0));
    relay.end('t');
    relay.end('t');
    watch.stop();
    expect(seen).toEqual(['0:0:abc', '1:0:x', 'over']);
  });
});
