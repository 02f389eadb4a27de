import { describe, expect, test } from 'vitest';
import { servableModels } from '#coordinator/swarm/nodes/servable.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { openRooms } from '#test/helpers/swarm/openRooms.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';

const incentives = parseCredits('10');

async function newcomers(options: Parameters<typeof openRooms>[0] = {}) {
  const opened = await openRooms({ incentives, ...options });
  const welcomed = () => [...opened.rooms.life.all()].filter(({ record }) => record.welcome);
  return { ...opened, welcomed };
}

describe('a newcomer', () => {
  test('gets one small public task of its own, once', async () => {
    const { joined, join, leave, welcomed, clock } = await newcomers();
    const node = await joined();
    const [task] = welcomed();
    expect(task?.record).toMatchObject({ onlyNodeId: node.nodeId, requesterNodeId: null, privacy: 'public' });
    expect(node.wire.sentOf('task:assign')).toMatchObject([{ requester: 'the swarm itself', own: false }]);
    leave(node);
    await join(node, {}, node.assigned());
    await clock.advance(1);
    expect(welcomed()).toHaveLength(1);
  });

  test('gets it when it begins to serve', async () => {
    const { joined, join, welcomed } = await newcomers();
    const node = await joined({ status: 'paused' });
    expect(welcomed()).toEqual([]);
    await join(node);
    expect(welcomed()).toHaveLength(1);
  });

  test.each([
    ['speaks no such language', { languages: ['rust'] }],
    ['does other things', { types: ['chat' as const] }],
    ['holds too little', { shape: { ...scriptedModel.shape, contextSize: 64 } }],
  ])('whose model %s gets none', async (_, change) => {
    const { joined, welcomed } = await newcomers();
    await joined({ models: [{ ...scriptedModel, ...change }] });
    expect(welcomed()).toEqual([]);
  });

  test('greeted twice at once gets one', async () => {
    const { rooms, joined, join, welcomed, clock } = await newcomers();
    const node = await joined({ status: 'paused' });
    await Promise.all([join(node), join(node)]);
    await clock.advance(10);
    expect(welcomed()).toHaveLength(1);
    expect(rooms.nodes.size).toBe(1);
  });

  test('with a model outside the catalogue gets none in a public swarm', async () => {
    const { joined, welcomed } = await newcomers({ private: false });
    const [model] = servableModels([scriptedModel], new Map());
    await joined();
    expect([model?.inCatalogue, welcomed()]).toEqual([false, []]);
  });

  test('gets none when nothing is left for incentives, and is served all the same', async () => {
    const { joined, welcomed, submit } = await newcomers({ incentives: 0n });
    const node = await joined();
    expect(welcomed()).toEqual([]);
    await submit();
    expect(node.assigned()).toHaveLength(1);
  });

  test('gets it later when it could not be stored', async () => {
    const { joined, join, books, welcomed } = await newcomers();
    books.fail('submitTask');
    const node = await joined();
    expect(welcomed()).toEqual([]);
    await join(node);
    expect(welcomed()).toHaveLength(1);
  });
});
