import { expect, test } from 'vitest';
import { twoInterrupts } from '#main/cli/program/twoInterrupts.ts';

test('the first interrupt is polite, every other one at once', () => {
  const told: string[] = [];
  const interrupt = twoInterrupts(
    () => told.push('politely'),
    () => told.push('at once'),
  );
  interrupt();
  expect(told).toEqual(['politely']);
  interrupt();
  interrupt();
  expect(told).toEqual(['politely', 'at once', 'at once']);
});
