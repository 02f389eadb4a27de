import { expect, test } from 'vitest';
import { lateBinding } from '#shared/util/lateBinding.ts';

test('gives what was bound', () => {
  const engine = lateBinding<string | undefined>('engine');
  engine.bind(undefined);
  expect(engine.value).toBeUndefined();
});

test('says what was used too early', () => {
  expect(() => lateBinding('engine').value).toThrow(new TypeError('The engine was used before it was bound'));
});

test('is bound only once', () => {
  const engine = lateBinding<number>('engine');
  engine.bind(1);
  expect(() => engine.bind(2)).toThrow(new TypeError('The engine is bound already'));
  expect(engine.value).toBe(1);
});
