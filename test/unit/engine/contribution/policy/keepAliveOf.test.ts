import { expect, test } from 'vitest';
import { keepAliveOf } from '#engine/contribution/policy/keepAliveOf.ts';

const reason = { code: 'paused', title: 'Paused', text: 'Paused until you resume.', resumesAt: null };
const paused = { joined: true, decision: { do: 'pause', reason }, heldBytes: 2e9, availableBytes: 6e9 } as const;
const tenMinutes = 600_000;

test('models stay while work may come, slowly too', () => {
  expect(keepAliveOf({ ...paused, decision: { do: 'work' }, availableBytes: 0 })).toBeNull();
  expect(keepAliveOf({ ...paused, decision: { do: 'slow', share: 0.1, reason, pressed: true } })).toBeNull();
});

test('they leave ten minutes into a pause, and without a swarm', () => {
  expect(keepAliveOf(paused)).toBe(tenMinutes);
  expect(keepAliveOf({ ...paused, availableBytes: Number.POSITIVE_INFINITY })).toBe(tenMinutes);
  expect(keepAliveOf({ ...paused, joined: false, decision: { do: 'work' } })).toBe(tenMinutes);
});

test('at once when they hold more than is left for everybody else', () => {
  expect(keepAliveOf({ ...paused, availableBytes: 1.9e9 })).toBe(0);
});
