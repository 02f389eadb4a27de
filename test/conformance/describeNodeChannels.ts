import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import type { Reply } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import type { TaskOffer } from '#shared/protocol/working.ts';
import { ulidOf } from '#test/helpers/storeCommands.ts';

/** Channels under test, and nodes that may connect to them. */
export interface ChannelsUnderTest {
  readonly channels: NodeChannels;
  /** Connects a node; its end of the link comes back. A second link of the same node replaces the first. */
  connect(nodeId: string): Promise<Link>;
  dispose(): Promise<void>;
}

const offer: TaskOffer = {
  assignmentId: ulidOf(1),
  type: 'code_completion',
  language: '',
  quality: 'balanced',
  promptBytes: 1,
  maxTokens: 1,
  modelDigest: 'ab'.repeat(32),
  reward: '0.001',
  deadlineMs: 1000,
  privacy: 'internal',
  own: false,
};

const stop = (number: number) => ({ assignmentId: ulidOf(number), reason: 'superseded' }) as const;

/** Everything that the way to nodes must do, wherever they are connected. */
export function describeNodeChannels(name: string, open: () => Promise<ChannelsUnderTest>): void {
  describe(`${name}: node channels`, () => {
    let tested: ChannelsUnderTest;
    let channels: NodeChannels;
    beforeEach(async () => {
      tested = await open();
      ({ channels } = tested);
    });
    afterEach(() => tested.dispose());

    /** Connects a node that answers everything with `reply`; notes what it gets. */
    const connect = async (nodeId: string, reply: () => Promise<Reply> = async () => ({ ok: true, payload: {} })) => {
      const link = await tested.connect(nodeId);
      const got: { type: string; payload: unknown }[] = [];
      link.onMessage(({ type, payload }) => {
        got.push({ type, payload });
        return reply();
      });
      return { link, got };
    };

    test('a request reaches its node alone, and the parsed answer comes back', async () => {
      const answer = { answer: 'accept', estimateMs: 5, unknown: 'dropped' };
      const asked = await connect('node_a', async () => ({ ok: true, payload: answer }));
      const other = await connect('node_b');
      expect(await channels.request('node_a', 'task:offer', offer, 5000)).toEqual({
        ok: true,
        payload: { answer: 'accept', estimateMs: 5 },
      });
      expect(asked.got).toEqual([{ type: 'task:offer', payload: offer }]);
      expect(other.got).toEqual([]);
    });

    test('a refusal is its code', async () => {
      await connect('node_a', async () => ({ ok: false, error: { code: 'unsupported', message: 'No.' } }));
      expect(await channels.request('node_a', 'task:offer', offer, 5000)).toEqual({ ok: false, code: 'unsupported' });
    });

    test.each([{ answer: 'perhaps' }, { answer: 'accept', estimateMs: -1 }, 'yes', null])(
      'an answer like %j is invalid',
      async (payload) => {
        await connect('node_a', async () => ({ ok: true, payload }));
        expect(await channels.request('node_a', 'task:offer', offer, 5000)).toEqual({
          ok: false,
          code: 'invalid_message',
        });
      },
    );

    test('a node that says nothing times out, and can be asked again', async () => {
      let isSilent = true;
      await connect('node_a', () =>
        isSilent ? new Promise(() => {}) : Promise.resolve({ ok: true, payload: { answer: 'accept', estimateMs: 1 } }),
      );
      expect(await channels.request('node_a', 'task:offer', offer, 100)).toEqual({ ok: false, code: 'timeout' });
      isSilent = false;
      expect(await channels.request('node_a', 'task:offer', offer, 5000)).toMatchObject({ ok: true });
    });

    test('a node that is not connected cannot be asked, told or closed, and nothing throws', async () => {
      expect(await channels.request('nobody', 'task:offer', offer, 5000)).toEqual({ ok: false, code: 'not_connected' });
      channels.notify('nobody', 'task:stop', stop(1));
      channels.close('nobody', 'enough');
      const { got } = await connect('nobody');
      await channels.request('nobody', 'task:assign' as never, {} as never, 5000);
      // What was lost stays lost.
      expect(got.map(({ type }) => type)).toEqual(['task:assign']);
    });

    test('notices arrive in order, before a later request', async () => {
      const { got } = await connect('node_a', async () => ({ ok: true, payload: { cursor: 0 } }));
      for (let number = 1; number <= 20; number += 1) channels.notify('node_a', 'task:stop', stop(number));
      await channels.request('node_a', 'task:offer', offer, 5000);
      expect(got.map(({ payload }) => payload)).toEqual([
        ...Array.from({ length: 20 }, (_, index) => stop(index + 1)),
        offer,
      ]);
    });

    test('closing ends the link of that node, and whoever waits for it is told', async () => {
      const { link } = await connect('node_a', () => new Promise(() => {}));
      const other = await connect('node_b');
      const closed = new Promise((resolve) => link.onClose(resolve));
      const waiting = channels.request('node_a', 'task:offer', offer, 60_000);
      channels.close('node_a', 'no beat for too long');
      expect(await waiting).toEqual({ ok: false, code: 'not_connected' });
      await closed;
      expect(await channels.request('node_a', 'task:offer', offer, 5000)).toEqual({ ok: false, code: 'not_connected' });
      channels.notify('node_b', 'task:stop', stop(1));
      await channels.request('node_b', 'task:stop', stop(2), 5000);
      expect(other.got).toHaveLength(2);
    });

    test('a node that leaves in the middle of a request is not connected', async () => {
      const asked = Promise.withResolvers<void>();
      const { link } = await connect('node_a', () => {
        asked.resolve();
        return new Promise(() => {});
      });
      const waiting = channels.request('node_a', 'task:offer', offer, 60_000);
      await asked.promise;
      link.close('gone');
      expect(await waiting).toEqual({ ok: false, code: 'not_connected' });
    });

    test('a node that was closed may connect again', async () => {
      const { link } = await connect('node_a');
      const closed = new Promise((resolve) => link.onClose(resolve));
      channels.close('node_a', 'enough');
      await closed;
      await connect('node_a', async () => ({ ok: true, payload: { answer: 'accept', estimateMs: 1 } }));
      expect(await channels.request('node_a', 'task:offer', offer, 5000)).toMatchObject({ ok: true });
    });

    test('a new session replaces the former one: its link is closed, and its end takes nothing along', async () => {
      const former = await connect('node_a');
      const closed = new Promise((resolve) => former.link.onClose(resolve));
      const present = await connect('node_a', async () => ({ ok: true, payload: { answer: 'accept', estimateMs: 1 } }));
      await closed;
      expect(await channels.request('node_a', 'task:offer', offer, 5000)).toMatchObject({ ok: true });
      channels.notify('node_a', 'task:stop', stop(1));
      await channels.request('node_a', 'task:offer', offer, 5000);
      expect(former.got).toEqual([]);
      expect(present.got.map(({ type }) => type)).toEqual(['task:offer', 'task:stop', 'task:offer']);
    });
  });
}
