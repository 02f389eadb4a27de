import { describe, expect, test } from 'vitest';
import { ReadPace } from '#main/inference-worker/steps/ReadPace.ts';

function paceAt(msPerToken: number): ReadPace {
  const pace = new ReadPace();
  for (let i = 0; i < 4; i += 1) pace.record(64, 64 * msPerToken);
  return pace;
}

describe('how much of a prompt is read per step', () => {
  test('a modest piece before anything was measured', () => {
    expect(new ReadPace().next(1, 1)).toBe(64);
    expect(new ReadPace().next(2, 2)).toBe(48);
  });

  test('fast machines read much at once, slow ones little, within bounds', () => {
    expect([0.01, 1, 4, 50].map((ms) => paceAt(ms).next(1, 1))).toEqual([512, 250, 62, 48]);
  });

  test('less beside others, and readers share', () => {
    expect(paceAt(1).next(1, 4)).toBe(100);
    expect(paceAt(0.5).next(4, 4)).toBe(50);
  });

  test('a few tokens say nothing, and a slower machine is noticed', () => {
    const pace = paceAt(1);
    pace.record(4, 400);
    expect(pace.next(1, 1)).toBe(250);
    for (let i = 0; i < 6; i += 1) pace.record(64, 64 * 5);
    expect(pace.next(1, 1)).toBeLessThan(70);
  });
});
