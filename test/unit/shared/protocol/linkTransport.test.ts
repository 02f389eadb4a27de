import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket as ServerSocket } from 'socket.io';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { protocolVersion, wireEvent } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import { socketLink } from '#shared/protocol/linkTransport.ts';
import { systemClock } from '#node/systemClock.ts';

// Both ends of a real Socket.IO connection.
let http: HttpServer;
let server: Server;
let there: ServerSocket;
let here: ClientSocket;

beforeEach(async () => {
  http = createServer();
  server = new Server(http, { transports: ['websocket'] });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const connected = new Promise<ServerSocket>((resolve) => {
    server.once('connection', resolve);
  });
  const { port } = http.address() as AddressInfo;
  here = io(`http://127.0.0.1:${String(port)}`, { transports: ['websocket'], reconnection: false, forceNew: true });
  there = await connected;
  if (!here.connected) {
    await new Promise<void>((resolve) => {
      here.once('connect', () => resolve());
    });
  }
});

afterEach(async () => {
  here.disconnect();
  await server.close();
});

let ids = 0;
function linkOf(socket: ServerSocket | ClientSocket): Link {
  return socketLink(socket, { remoteAddress: 'test', clock: systemClock, newId: () => `m${String((ids += 1))}` });
}

/** What a raw message of the client is answered with. */
function rawAnswer(event: string, message: unknown): Promise<unknown> {
  return here.timeout(5000).emitWithAck(event, message);
}

test('a request carries its type, payload and trace, and brings the answer back, in both directions', async () => {
  for (const [from, to] of [[here, there] as const, [there, here] as const]) {
    linkOf(to).onMessage(async ({ type, payload, trace }) => ({ ok: true, payload: { type, payload, trace } }));
    const reply = await linkOf(from).request('node:beat', { a: 1 }, { trace: 't' });
    expect(reply).toEqual({ ok: true, payload: { type: 'node:beat', payload: { a: 1 }, trace: 't' } });
  }
});

test('a notice arrives and waits for nothing', async () => {
  const arrived = new Promise((resolve) => {
    linkOf(there).onMessage(async ({ type }) => {
      resolve(type);
      return { ok: true, payload: {} };
    });
  });
  linkOf(here).notify('task:frame', {});
  expect(await arrived).toBe('task:frame');
});

test('what is no message is answered with what is wrong, and the connection stays', async () => {
  linkOf(there).onMessage(async () => ({ ok: true, payload: {} }));
  const deep: unknown = JSON.parse(`${'['.repeat(30)}${']'.repeat(30)}`);
  const envelope = { v: protocolVersion, id: 'a', type: 'x', ts: 0, payload: {} };
  expect(await rawAnswer('other', {})).toMatchObject({ ok: false, error: { code: 'unsupported', field: 'event' } });
  expect(await rawAnswer(wireEvent, deep)).toMatchObject({ ok: false, error: { field: 'payload' } });
  expect(await rawAnswer(wireEvent, { ...envelope, v: 1 })).toMatchObject({ error: { code: 'unsupported_version' } });
  expect(await rawAnswer(wireEvent, { ...envelope, type: 7 })).toMatchObject({
    error: { code: 'invalid_message', field: 'type' },
  });
  expect(await rawAnswer(wireEvent, envelope)).toEqual({ ok: true, payload: {} });
});

test('a message that asks for no acknowledgement gets none', async () => {
  const seen = new Promise((resolve) => {
    linkOf(there).onMessage(async ({ id }) => {
      resolve(id);
      return { ok: true, payload: {} };
    });
  });
  here.emit(wireEvent, { v: protocolVersion, id: 'quiet', type: 'x', ts: 0, payload: {} });
  expect(await seen).toBe('quiet');
});

test('an answer that is none, one that never comes, and a link that is closed are errors and no rejection', async () => {
  there.on(wireEvent, ({ type }: { type: string }, acknowledge: (reply: unknown) => void) => {
    if (type === 'nonsense') acknowledge('yes');
  });
  const link = linkOf(here);
  expect(await link.request('nonsense', {})).toMatchObject({ ok: false, error: { code: 'invalid_message' } });
  expect(await link.request('silence', {}, { timeoutMs: 20 })).toMatchObject({ error: { code: 'timeout' } });
  const closed = new Promise((resolve) => link.onClose(resolve));
  const lost = link.request('silence', {});
  link.close('done');
  expect(await lost).toMatchObject({ error: { code: 'not_connected' } });
  expect(await closed).toBe('io client disconnect');
  expect(await link.request('late', {})).toMatchObject({ error: { code: 'not_connected' } });
  expect(await new Promise((resolve) => link.onClose(resolve))).toBe('closed');
});
