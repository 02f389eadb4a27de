import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';

/** Both ends of one open link. */
export interface LinkUnderTest {
  /** The node's end. */
  readonly near: Link;
  /** The coordinator's end. */
  readonly far: Link;
  dispose(): Promise<void>;
}

/** Everything that a link must do, whatever carries it. */
export function describeLink(name: string, open: () => Promise<LinkUnderTest>): void {
  describe(`${name}: link`, () => {
    let tested: LinkUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    afterEach(() => tested.dispose());

    /** Sender and receiver. */
    const ends = (sender: 'near' | 'far'): readonly [Link, Link] =>
      sender === 'near' ? [tested.near, tested.far] : [tested.far, tested.near];

    describe.each(['near', 'far'] as const)('from the %s end', (sender) => {
      test('a request brings its type and payload, and the reply comes back', async () => {
        const [from, to] = ends(sender);
        to.onMessage(async ({ type, payload }) => ({ ok: true, payload: { type, payload } }));
        expect(await from.request('some:type', { text: 'é', list: [1, null] })).toEqual({
          ok: true,
          payload: { type: 'some:type', payload: { text: 'é', list: [1, null] } },
        });
      });

      test('a refusal comes back as it was given', async () => {
        const [from, to] = ends(sender);
        const error = { code: 'rate_limited', message: 'Wait.', field: 'payload' } as const;
        to.onMessage(async () => ({ ok: false, error }));
        expect(await from.request('some:type', {})).toEqual({ ok: false, error });
      });

      test('messages arrive in the order in which they were sent, whether anybody waits for them or not', async () => {
        const [from, to] = ends(sender);
        const seen: unknown[] = [];
        to.onMessage(async ({ payload }) => {
          seen.push(payload);
          return { ok: true, payload: {} };
        });
        const numbers = Array.from({ length: 40 }, (_, index) => index);
        const last = numbers.map((number) =>
          number % 2 === 0 ? from.request('even', number) : Promise.resolve(from.notify('odd', number)),
        );
        await Promise.all(last);
        await from.request('last', 'last');
        expect(seen).toEqual([...numbers, 'last']);
      });

      test('what arrives is as it was when it was sent', async () => {
        const [from, to] = ends(sender);
        to.onMessage(async ({ payload }) => ({ ok: true, payload }));
        const payload = { list: [1] };
        const reply = from.request('some:type', payload);
        payload.list.push(2);
        expect(await reply).toEqual({ ok: true, payload: { list: [1] } });
      });

      test('a slow reply holds up nobody else', async () => {
        const [from, to] = ends(sender);
        const gate = Promise.withResolvers<void>();
        to.onMessage(async ({ type }) => {
          if (type === 'slow') await gate.promise;
          return { ok: true, payload: type };
        });
        const slow = from.request('slow', {});
        expect(await from.request('quick', {})).toEqual({ ok: true, payload: 'quick' });
        gate.resolve();
        expect(await slow).toEqual({ ok: true, payload: 'slow' });
      });

      test('a request that is not answered in time is an error, and the link stays open', async () => {
        const [from, to] = ends(sender);
        to.onMessage(({ type }) =>
          type === 'silence' ? new Promise(() => {}) : Promise.resolve({ ok: true, payload: {} }),
        );
        expect(await from.request('silence', {}, { timeoutMs: 100 })).toMatchObject({ error: { code: 'timeout' } });
        expect(await from.request('some:type', {})).toMatchObject({ ok: true });
      });

      test('closing ends it for both, once, and for everybody who waits', async () => {
        const [from, to] = ends(sender);
        to.onMessage(() => new Promise(() => {}));
        let closings = 0;
        const closed = Promise.all(
          [from, to].map(
            (end) =>
              new Promise<void>((resolve) => {
                end.onClose(() => {
                  closings += 1;
                  resolve();
                });
              }),
          ),
        );
        const waiting = from.request('silence', {});
        from.close('enough');
        from.close('enough');
        expect(await waiting).toMatchObject({ error: { code: 'not_connected' } });
        await closed;
        to.close('enough');
        expect(closings).toBe(2);
      });

      test('after the end requests fail, notices are lost, and whoever asks is told', async () => {
        const [from, to] = ends(sender);
        const seen: string[] = [];
        to.onMessage(async ({ type }) => {
          seen.push(type);
          return { ok: true, payload: {} };
        });
        const closed = new Promise<void>((resolve) => to.onClose(() => resolve()));
        from.close('enough');
        await closed;
        for (const end of [from, to]) {
          expect(await end.request('late', {})).toMatchObject({ ok: false, error: { code: 'not_connected' } });
          end.notify('late', {});
          await new Promise<void>((resolve) => end.onClose(() => resolve()));
        }
        expect(seen).toEqual([]);
      });
    });

    test('a node that sends too much at once loses the link', async () => {
      const { near, far } = tested;
      const seen: string[] = [];
      far.onMessage(async ({ type }) => {
        seen.push(type);
        return { ok: true, payload: {} };
      });
      const closed = Promise.all([near, far].map((end) => new Promise<string>((resolve) => end.onClose(resolve))));
      const reply = near.request('large', 'x'.repeat(wireLimits.messageBytes));
      expect(await reply).toMatchObject({ ok: false, error: { code: 'not_connected' } });
      expect(await closed).toHaveLength(2);
      expect(seen).toEqual([]);
    });
  });
}
