import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type NodeFacts, obstacleFor, type TaskFacts } from '#coordinator/swarm/matching/eligibility.ts';
import { waitReason } from '#coordinator/swarm/matching/waitReasons.ts';
import type { ServableModel } from '#coordinator/swarm/nodes/servable.ts';
import { levelForComplexity, reaches, ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import { Audience, PrivacyClass } from '#shared/domain/tasks/task.ts';
import { TaskType, taskTypes } from '#shared/domain/tasks/taskType.ts';

const task: TaskFacts = {
  accountId: 'acc_a',
  onlyNodeId: null,
  type: 'code_completion',
  language: 'javascript',
  privacy: 'internal',
  audience: 'anyone',
  digest: null,
  neededContext: 300,
  largestSize: 'tiny',
  highestLevel: 'master',
  quality: 'balanced',
  demandPerMille: 1000n,
};
const node: NodeFacts = {
  nodeId: 'node_b',
  accountId: 'acc_b',
  status: 'online',
  reputation: { level: 'novice' },
  minimumPrice: 0n,
  blockedUntil: 0,
};
const model: ServableModel = {
  digest: 'd1',
  name: 'model',
  types: ['code_completion'],
  languages: ['javascript'],
  slots: 1,
  tokensPerSecond: null,
  shape: { vocabSize: 10, eogIds: [2], contextSize: 384, sizeClass: 'tiny' },
  inCatalogue: true,
};
const open = { private: false, now: 100 };

describe('obstacleFor', () => {
  test('nothing stands in the way of an ordinary node', () => {
    expect(obstacleFor(task, node, model, open)).toBeNull();
  });

  test.each([
    ['model', { ...task, digest: 'd2' }, node, model],
    ['type', { ...task, type: 'chat' as const }, node, model],
    ['language', { ...task, language: 'rust' }, node, model],
    ['context', { ...task, neededContext: 385 }, node, model],
    ['other_node', { ...task, onlyNodeId: 'node_c' }, node, model],
    ['offline', task, { ...node, status: 'paused' as const }, model],
    ['unreliable', task, { ...node, blockedUntil: 101 }, model],
    ['privacy', { ...task, privacy: 'restricted' as const }, node, model],
    ['privacy', { ...task, audience: 'own' as const }, node, model],
    ['own_account', { ...task, accountId: 'acc_b' }, node, model],
    ['catalogue', task, node, { ...model, inCatalogue: false }],
    ['budget', task, node, { ...model, shape: { ...model.shape, sizeClass: 'huge' as const } }],
    [
      'budget',
      { ...task, highestLevel: 'novice' as const },
      { ...node, reputation: { level: 'expert' as const } },
      model,
    ],
    ['price', task, { ...node, minimumPrice: 62_501n }, model],
  ] as const)('%s', (obstacle, someTask, someNode, someModel) => {
    expect(obstacleFor(someTask, someNode, someModel, open)).toBe(obstacle);
  });

  const any = fc.record({
    type: fc.constantFrom(...TaskType.options),
    privacy: fc.constantFrom(...PrivacyClass.options),
    audience: fc.constantFrom(...Audience.options.filter((audience) => audience !== 'team')),
    level: fc.constantFrom(...ReputationLevel.options),
    own: fc.boolean(),
    inCatalogue: fc.boolean(),
    isPrivate: fc.boolean(),
  });

  test('who may see a text, and who may be paid, holds for every combination', () => {
    fc.assert(
      fc.property(any, (facts) => {
        const someTask = { ...task, ...facts, accountId: facts.own ? 'acc_b' : 'acc_a', language: '' };
        const someModel = { ...model, types: [facts.type], inCatalogue: facts.inCatalogue };
        const rules = { private: facts.isPrivate, now: 100 };
        const free = obstacleFor(someTask, { ...node, reputation: { level: facts.level } }, someModel, rules) === null;
        const secret = facts.audience === 'own' || facts.privacy === 'restricted' || facts.privacy === 'confidential';
        const gate = levelForComplexity[taskTypes[facts.type].complexity];
        const mayRead = facts.own || !secret;
        // A public swarm pays others alone, for models it knows, at a level that the task asks for.
        const paid = facts.own ? secret : facts.inCatalogue && reaches(facts.level, gate);
        expect(free).toBe(mayRead && (facts.isPrivate || paid));
      }),
    );
  });
});

test('the nearest obstacle is the one that is told', () => {
  expect(waitReason([], null)).toContain('No connected node');
  expect(waitReason(['type', 'budget', 'language'], null)).toContain('budget');
  expect(waitReason(['context'], 'busy')).toContain('busy');
});
