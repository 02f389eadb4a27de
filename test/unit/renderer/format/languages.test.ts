import { expect, test } from 'vitest';
import { languagesText } from '#renderer/format/languages.ts';

test('languages get their display names; an unknown one keeps its own', () => {
  expect(languagesText(['javascript', 'cpp', 'zig'])).toBe('JavaScript, C++, zig');
  expect(languagesText([])).toBe('any');
});
