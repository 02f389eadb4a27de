import { expect, test } from 'vitest';
import { modelDemand } from '#engine/models/advice/modelDemand.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const chat: InstalledModel = { ...starterModel, digest: 'c'.repeat(64), types: ['chat'] };
const wanted = [
  { type: 'code_completion' as const, tasksPerHour: 10, tokensPerTask: 50, nodes: 1 },
  { type: 'chat' as const, tasksPerHour: 40, tokensPerTask: 100, nodes: 4 },
];
const facts = {
  market: { health: { demand: 1, wanted }, private: true, level: 'novice' as const },
  admitted: null,
  installed: [starterModel, chat],
};

test('a model is wanted for its share of what the swarm asks of its types', () => {
  expect(modelDemand(starterModel, facts)).toBe(500);
  expect(modelDemand(chat, facts)).toBe(1000);
});

test('one that the swarm does not pay is wanted by nobody, and so are all while nothing is known', () => {
  expect(modelDemand(chat, { ...facts, admitted: new Set([starterModel.digest]) })).toBe(0);
  expect(modelDemand(chat, { ...facts, market: { ...facts.market, health: null } })).toBe(0);
});
