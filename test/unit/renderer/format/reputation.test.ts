import { describe, expect, it } from 'vitest';
import { levelAfter, needsFor, nextLevelSentence, unlockedAt } from '#renderer/format/reputation.ts';
import { layersOf } from '#renderer/features/reputation/layers.ts';
import { newReputation, reputationOf } from '#shared/domain/swarm/reputation.ts';

const start = 1_700_000_000_000;

describe('reputation as text', () => {
  it('lists a newcomer’s missing requirements from the formula', () => {
    const state = newReputation(start);
    const now = reputationOf(state, start);
    expect(now.level).toBe('novice');
    expect(nextLevelSentence(now, state)).toMatch(/^Few results yet\. \d+\.\d points to Intermediate$/);
    const needs = needsFor('intermediate', now, state, start);
    expect(needs.map((need) => need.met)).toEqual([false, false]);
    expect(needs[1]?.text).toContain('0 of 20');
  });

  it('requires days only where the formula does', () => {
    const state = { ...newReputation(start), settledForFloor: 400 };
    const now = { ...reputationOf(state, start), score: 95, level: 'expert' as const };
    const needs = needsFor('master', now, state, start + 3 * 86_400_000);
    expect(needs.map((need) => need.met)).toEqual([true, true, false]);
    expect(needs[2]?.text).toBe('3 of 14');
  });

  it('knows the order of levels and what each unlocks', () => {
    expect(levelAfter('novice')).toBe('intermediate');
    expect(levelAfter('master')).toBeNull();
    expect(unlockedAt('expert')).toEqual(['complex']);
  });

  it('notes that few samples keep a layer near its starting value', () => {
    const state = { ...newReputation(start), samples: { automated: 3, success: 3, peer: 0 }, onTime: 2, late: 1 };
    const layers = layersOf(reputationOf(state, start), state);
    expect(layers.map((layer) => layer.weight)).toEqual([40, 30, 30]);
    expect(layers[0]?.samples).toBe('2 of 3 on time; 1 late; still near the starting value');
    expect(layers[2]?.samples).toContain('No reviews yet');
  });
});
