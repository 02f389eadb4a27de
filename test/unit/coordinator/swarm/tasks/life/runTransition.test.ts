import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { LiveRun, ReceivedTokens } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import { nextRun, type RunEvent } from '#coordinator/swarm/tasks/life/runTransition.ts';
import { liveRun } from '#test/helpers/swarm/liveTasks.ts';

const { shape } = liveRun();

function receivedTokens(count: number): ReceivedTokens {
  return { count, textBytes: count, lastId: count, head: `head ${count}`, signature: `signature ${count}` };
}

/** Freezes a value and everything in it, so that a change in place throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) frozen(each);
  }
  return value;
}

const tokens = fc.nat(6).map(receivedTokens);
const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constantFrom<RunEvent>(
    { type: 'taken' },
    { type: 'lapsed' },
    { type: 'revived' },
    { type: 'sealed' },
    { type: 'unsealed' },
    { type: 'node_returned', shape: null },
    { type: 'node_returned', shape },
    { type: 'prompt_received', promptIds: [1, 2], head: 'head 0' },
  ),
  tokens.map((position): RunEvent => ({ type: 'chunk_stored', position })),
  tokens.map((received): RunEvent => ({ type: 'rewound', received })),
);

/** Events that do not depend on the run, and chunks that bring it some more tokens. */
const anySteps = fc.array(fc.oneof(anyEvent, fc.integer({ min: 1, max: 4 })), { maxLength: 30 });

function afterSteps(steps: readonly (RunEvent | number)[]): LiveRun {
  return steps.reduce<LiveRun>((run, step) => {
    if (typeof step !== 'number') return nextRun(run, step);
    return nextRun(run, { type: 'chunk_received', received: receivedTokens(run.received.count + step) });
  }, liveRun());
}

function after(events: readonly RunEvent[], first = liveRun()): LiveRun {
  return events.reduce((run, event) => frozen(nextRun(run, event)), frozen(first));
}

function always<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, holds));
}

const anyEvents = fc.array(anyEvent, { maxLength: 30 });

describe('whatever happens to a run', () => {
  test('nothing counts as stored that was not received', () => {
    always(anySteps, (steps) => {
      const run = afterSteps(steps);
      expect(run.stored).toBeLessThanOrEqual(run.received.count);
    });
  });

  test('it stays the run of the same assignment', () => {
    always(anyEvents, (events) => {
      const first = liveRun();
      const { assignment, nodeKey, prefixIds } = after(events, first);
      expect([assignment, nodeKey, prefixIds]).toEqual([first.assignment, first.nodeKey, first.prefixIds]);
    });
  });

  test('a node that has the text keeps it', () => {
    always(anyEvents, (events) => {
      expect(after([{ type: 'taken' }, ...events]).taken).toBe(true);
    });
  });

  test('the same event again changes nothing more', () => {
    always(fc.tuple(anyEvents, anyEvent), ([events, event]) => {
      const once = nextRun(after(events), event);
      expect(nextRun(once, event)).toEqual(once);
    });
  });
});

describe('runs', () => {
  test('a lease lapses and comes back', () => {
    expect(after([{ type: 'lapsed' }]).lapsed).toBe(true);
    expect(after([{ type: 'lapsed' }, { type: 'revived' }]).lapsed).toBe(false);
  });

  test('the prompt sets the head once; later chunks keep theirs', () => {
    const prompt: RunEvent = { type: 'prompt_received', promptIds: [1, 2], head: 'start' };
    expect(after([prompt]).received.head).toBe('start');
    expect(after([prompt]).promptIds).toEqual([1, 2]);
    const chunk: RunEvent = { type: 'chunk_received', received: receivedTokens(3) };
    expect(after([prompt, chunk, prompt]).received.head).toBe('head 3');
  });

  test('chunks are received, then stored, in order or not', () => {
    const [two, five] = [receivedTokens(2), receivedTokens(5)];
    const both: RunEvent[] = [
      { type: 'chunk_received', received: two },
      { type: 'chunk_received', received: five },
    ];
    expect(after(both)).toMatchObject({ stored: 0, received: five });
    const stored = after([...both, { type: 'chunk_stored', position: five }, { type: 'chunk_stored', position: two }]);
    expect(stored).toMatchObject({ stored: 5, received: five });
  });

  test('a rewind forgets what was received but not stored', () => {
    const run = after([
      { type: 'chunk_received', received: receivedTokens(2) },
      { type: 'chunk_stored', position: receivedTokens(2) },
      { type: 'chunk_received', received: receivedTokens(5) },
      { type: 'rewound', received: receivedTokens(2) },
    ]);
    expect(run).toMatchObject({ stored: 2, received: receivedTokens(2) });
  });

  test('a rewind that was read before the last chunk was stored changes nothing', () => {
    const stored = after([
      { type: 'chunk_received', received: receivedTokens(4) },
      { type: 'chunk_stored', position: receivedTokens(4) },
    ]);
    expect(nextRun(stored, { type: 'rewound', received: receivedTokens(1) })).toBe(stored);
  });

  test('a node that came back describes its model anew; one that does not keeps the old description', () => {
    const recovered = liveRun({}, { recovered: true });
    const larger = { ...shape, contextSize: 500 };
    expect(nextRun(recovered, { type: 'node_returned', shape: larger })).toMatchObject({
      recovered: false,
      shape: larger,
    });
    expect(nextRun(recovered, { type: 'node_returned', shape: null })).toMatchObject({ recovered: false, shape });
  });
});
