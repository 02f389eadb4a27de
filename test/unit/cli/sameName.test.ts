import { expect, test } from 'vitest';
import { sameName } from '#main/cli/models/sameName.ts';

test.each([
  ['Qwen2.5-Coder 1.5B', 'qwen2.5 coder 1.5b', true],
  ['通义千问模型小', '通义千问模型小', true],
  ['通义千问模型小', '另一个', false],
  ['Модель', 'модель', true],
  ['ｍｏｄｅｌ', 'model', true],
  ['模型', '', false],
  ['***', '', false],
  ['***', '???', false],
])('%j and %j are the same name: %s', (one, other, expected) => {
  expect(sameName(one, other)).toBe(expected);
});
