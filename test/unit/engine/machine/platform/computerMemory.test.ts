import { expect, test } from 'vitest';
import { computerMemory, memoryForModels } from '#engine/machine/platform/computerMemory.ts';

test('a container that is given less than the machine has counts as the computer', () => {
  expect(computerMemory(64e9, 4e9)).toBe(4e9);
  expect(computerMemory(64e9, 0)).toBe(64e9);
  // What systems say without a limit.
  expect(computerMemory(64e9, 2 ** 64)).toBe(64e9);
});

test('models may use half of it, or what the owner says, never more than there is', () => {
  expect(memoryForModels(null, 4e9 + 1)).toBe(2e9);
  expect(memoryForModels(3e9, 4e9)).toBe(3e9);
  expect(memoryForModels(64e9, 4e9)).toBe(4e9);
});
