import { expect, test } from 'vitest';
import { languagesText } from '#renderer/format/languages.ts';

test('languages are written as people write them; one without a known name keeps its own', () => {
  expect(languagesText(['javascript', 'cpp', 'zig'])).toBe('JavaScript, C++, zig');
  expect(languagesText([])).toBe('any');
});
