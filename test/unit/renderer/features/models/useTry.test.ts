import { expect, test } from 'vitest';
import { afterTryEvent, noTrial } from '#renderer/features/models/useTry.ts';
import type { TryEvent } from '#renderer/state/connectEngine.ts';

const frame = (text: string, tokens: number): TryEvent => ({
  name: 'try:frame',
  payload: { tryId: 't', text, tokens, tokensPerSecond: 9 },
});

test('joins the pieces and keeps how it ended', () => {
  const ended: TryEvent = {
    name: 'try:ended',
    payload: { tryId: 't', finish: 'cancelled', tokens: 3, promptTokens: 2, tokensPerSecond: 8, problem: null },
  };
  const trial = [frame('a', 1), frame('bc', 3), ended].reduce(afterTryEvent, noTrial);
  expect(trial).toEqual({
    state: 'over',
    text: 'abc',
    tokens: 3,
    tokensPerSecond: 8,
    finish: 'cancelled',
    problem: null,
  });
});
