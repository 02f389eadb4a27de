import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { servableModels } from '#coordinator/swarm/nodes/servable.ts';
import { connectedNode } from '#test/helpers/swarm/connectedNode.ts';

const offered = {
  digest: 'ab'.repeat(32),
  name: 'model',
  types: ['code_completion' as const],
  languages: [],
  slots: 3,
  tokensPerSecond: null,
  shape: { vocabSize: 100, eogIds: [2], contextSize: 512, sizeClass: 'huge' as const },
};
const wanted = { digest: null, type: 'code_completion' as const, onlyNodeId: null };

const models = servableModels([offered], new Map());
const nodeOf = (nodeId: string, change: Partial<ConnectedNode> = {}) => connectedNode(nodeId, { models, ...change });

describe('NodeRegistry', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('reserve' as const), node: fc.nat(2), id: fc.nat(9) }),
    fc.record({ kind: fc.constant('release' as const), node: fc.nat(2), id: fc.nat(9) }),
    fc.record({ kind: fc.constant('toggle' as const), node: fc.nat(2), id: fc.constant(0) }),
    fc.record({ kind: fc.constant('rejoin' as const), node: fc.nat(2), id: fc.constant(0) }),
  );

  test('its indexes always agree with what is reserved', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const registry = new NodeRegistry();
        const held = [new Set<number>(), new Set<number>(), new Set<number>()];
        const online = [true, true, true];
        for (const index of [0, 1, 2]) registry.add(nodeOf(`n${index}`));
        for (const { kind, node, id } of steps) {
          if (kind === 'reserve') {
            held[node]?.add(id);
            registry.reserve(`n${node}`, offered.digest, String(id));
          } else if (kind === 'release') {
            held[node]?.delete(id);
            registry.release(`n${node}`, offered.digest, String(id));
          } else if (kind === 'toggle') {
            online[node] = !(online[node] ?? false);
            registry.update(`n${node}`, (each) => {
              each.status = online[node] === true ? 'online' : 'paused';
            });
          } else registry.add(nodeOf(`n${node}`, { status: online[node] === true ? 'online' : 'paused' }));
        }
        const free = [0, 1, 2].filter((index) => online[index] === true && (held[index]?.size ?? 0) < offered.slots);
        const full = [0, 1, 2].filter((index) => online[index] === true && (held[index]?.size ?? 0) >= offered.slots);
        const namesOf = (found: { node: ConnectedNode }[]) => new Set(found.map(({ node }) => node.nodeId));
        expect(namesOf(registry.freeCandidates(wanted))).toEqual(new Set(free.map((index) => `n${index}`)));
        expect(namesOf(registry.busyCandidates(wanted))).toEqual(new Set(full.map((index) => `n${index}`)));
        expect(registry.servingType('code_completion')).toBe(online.filter(Boolean).length);
        expect(registry.servedTypes()).toEqual(online.includes(true) ? ['code_completion'] : []);
      }),
    );
  });

  test('a node that was just used is offered last', () => {
    const registry = new NodeRegistry();
    for (const name of ['a', 'b']) registry.add(nodeOf(name));
    registry.reserve('a', offered.digest, '1');
    expect(registry.freeCandidates(wanted).map(({ node }) => node.nodeId)).toEqual(['b', 'a']);
  });

  test('one task looks at a bounded number of nodes', () => {
    const registry = new NodeRegistry();
    for (let index = 0; index < 1000; index += 1) registry.add(nodeOf(`n${index}`));
    expect(registry.freeCandidates(wanted).length).toBeLessThanOrEqual(64);
    expect(registry.freeCandidates({ ...wanted, onlyNodeId: 'n999' })).toHaveLength(1);
  });
});

test('the catalogue decides what a model is; other files count as the smallest', () => {
  const [claimed] = servableModels([offered, offered], new Map());
  expect(claimed).toMatchObject({ inCatalogue: false, shape: { sizeClass: 'tiny', contextSize: 512 } });
  const entry = {
    ...offered.shape,
    digest: offered.digest,
    id: 'x',
    name: 'known',
    purpose: 'p',
    types: ['chat' as const],
    languages: [],
    parameters: 1,
    quantisation: 'Q8_0',
    sizeBytes: 1,
    chatTemplate: false,
    licence: 'MIT',
    source: 'bundled' as const,
    contextSize: 256,
    sizeClass: 'small' as const,
  };
  const [known] = servableModels([offered], new Map([[offered.digest, entry]]));
  expect(known).toMatchObject({ name: 'known', types: ['chat'], shape: { sizeClass: 'small', contextSize: 256 } });
});
