import { expect, test } from 'vitest';
import { installedLine } from '#renderer/features/models/installed/installedLine.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';

const model: ModelSlice = {
  digest: 'a'.repeat(64),
  name: 'M',
  types: ['chat'],
  languages: [],
  sizeBytes: 1e9,
  state: 'ready',
  slots: 2,
  busy: 0,
  tokensPerSecond: 27,
  problem: null,
  purpose: 'Chats.',
  quantisation: 'Q4_0',
  licence: 'MIT',
  contextSize: 2048,
  chatTemplate: true,
  inCatalogue: false,
  admitted: null,
};

test('shows speed and earnings', () => {
  expect(installedLine(model, 0n)).toEqual({ fit: 'well', text: '27 tokens/s here, up to 2 at a time' });
  expect(installedLine({ ...model, admitted: true }, 46_200_000n).text).toContain(' · 46.2');
});

test('shows that it is not in memory', () => {
  expect(installedLine({ ...model, state: 'idle' }, 0n).text).toBe(
    '27 tokens/s here, up to 2 at a time · loads on demand',
  );
});

test('shows that the joined swarm does not pay for it, unless there is a worse problem', () => {
  const not = { ...model, admitted: false };
  expect(installedLine(not, 0n)).toEqual({
    fit: 'slow',
    text: '27 tokens/s here. Not in this swarm’s catalogue, so it only runs your own tasks',
  });
  expect(installedLine({ ...not, tokensPerSecond: null }, 0n).text).toBe(
    'Not in this swarm’s catalogue, so it only runs your own tasks',
  );
  expect(installedLine({ ...not, state: 'damaged' }, 0n).text).toBe('The file is damaged and not in use.');
});
