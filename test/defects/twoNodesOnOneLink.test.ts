import { expect, test } from 'vitest';
import { serveLink } from '#coordinator/gateway/sockets/serveLink.ts';
import type { SessionDoor } from '#coordinator/gateway/sockets/SessionDoor.ts';
import { createSigningKey } from '#node/keys/keys.ts';
import { type Envelope, protocolVersion, type Reply } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import { capabilities, certify } from '#test/integration/coordinator/ScriptedNode.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

const bytes32 = createSigningKey().publicKey;
const signature = createSigningKey().sign('challenge', {});

function newNode() {
  const certificate = certify(createSigningKey(), createSigningKey());
  const { accountId, nodeId } = certificate;
  const holding: string[] = [];
  return {
    nodeId,
    open: { accountId, nodeId, clientNonce: bytes32, origin: 'http://127.0.0.1' },
    prove: { certificate, signature, capabilities: capabilities(), cursors: {}, holding },
  };
}

/** A served link whose messages the test hands over; `admitted` and `left` note what its door is told. */
function servedLink() {
  const admitted: string[] = [];
  const left: string[] = [];
  const door: SessionDoor = {
    open: ({ accountId, nodeId }) => ({
      offer: { version: protocolVersion, swarmId: '', publicKey: '', serverNonce: '', expires: 0, signature: '' },
      prove: () => Promise.resolve({ accountId, nodeId }),
    }),
    admit: async ({ nodeId }) => {
      admitted.push(nodeId);
      throw new Error('What it is told does not matter here');
    },
    leave: ({ nodeId }) => void left.push(nodeId),
  };
  const served: { receive?: (envelope: Envelope) => Promise<Reply>; closed?: (reason: string) => void } = {};
  const link: Link = {
    remoteAddress: '',
    request: () => new Promise(() => undefined),
    notify: () => undefined,
    close: () => undefined,
    onMessage: (receive) => void (served.receive = receive),
    onClose: (closed) => void (served.closed = closed),
  };
  serveLink(link, {
    clock: new ManualClock(),
    logger: silentLogger,
    door,
    table: new Map(),
    onRefused: () => undefined,
    admission: { admit: () => undefined, fruitless: () => true },
  });
  return {
    admitted,
    left,
    send: (type: string, payload: unknown) => served.receive?.({ v: protocolVersion, id: 'x', type, ts: 0, payload }),
    close: () => served.closed?.('closed'),
  };
}

// The next session was opened while a proof was being looked at. Its node was admitted over the same link, which forgot the
// first one: when it closed, that node stayed online for ever.
test('one link proves one node', async () => {
  const [first, second] = [newNode(), newNode()];
  const { admitted, left, send, close } = servedLink();
  await send('session:open', first.open);
  await Promise.all([send('session:prove', first.prove), send('session:open', second.open)]);
  const reply = await send('session:prove', second.prove);
  expect(admitted).toEqual([first.nodeId]);
  expect(reply).toMatchObject({ ok: false, error: { code: 'conflict' } });
  close();
  expect(left).toEqual([first.nodeId]);
});
