import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import { sameProof, localProof, randomKey } from '#node/keys/localProof.ts';
import { LocalHello, LocalProve } from '#shared/api/handshake.ts';

const key = 'k'.repeat(43);
const secret = `owner.${key}`;

/** Speaks the engine's side of the handshake over a real socket; the engine itself is tested in its own room. */
class EngineSide {
  readonly http: HttpServer = createServer();
  readonly io = new Server(this.http);
  readonly proofsSeen: string[] = [];

  readonly key: string;

  constructor(engineKey: string) {
    this.key = engineKey;
    this.io.on('connection', (socket) => {
      const nonces = { client: '', server: randomKey() };
      socket.on('local:hello', (message: unknown, answer: (reply: unknown) => void) => {
        nonces.client = LocalHello.parse(message).clientNonce;
        const proof = localProof('engine', this.key, nonces);
        answer({ ok: true, payload: { serverNonce: nonces.server, proof } });
      });
      socket.on('local:prove', (message: unknown, answer: (reply: unknown) => void) => {
        const { proof } = LocalProve.parse(message);
        this.proofsSeen.push(proof);
        const good = sameProof(proof, localProof('client', this.key, nonces));
        answer(good ? { ok: true, payload: { version: '1', browserSecret: null } } : refusal);
      });
      socket.on('call', (message: { name: string }, answer: (reply: unknown) => void) => {
        if (message.name === 'ui.address') answer({ ok: true, payload: { ui: 'http://127.0.0.1/#code=a.b' } });
        else if (message.name === 'swarm.invite') answer({ ok: true, payload: { wrong: true } });
        else answer({ ok: false, error: { code: 'not_connected', message: 'No connection.', field: 'taskId' } });
      });
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    return (this.http.address() as AddressInfo).port;
  }
}

const refusal = { ok: false, error: { code: 'unauthenticated', message: 'no' } };

let engine: EngineSide;
let port = 0;
let clients: LocalEngineClient[] = [];

beforeEach(async () => {
  engine = new EngineSide(key);
  port = await engine.listen();
  clients = [];
});
afterEach(async () => {
  for (const made of clients) made.close();
  await engine.io.close();
});

function client(changes: { port?: number; secret?: string; reconnect?: boolean } = {}): LocalEngineClient {
  const made = new LocalEngineClient({ port, secret, reconnect: false, ...changes });
  clients.push(made);
  return made;
}

describe('connecting', () => {
  test('proves the secret and asks', async () => {
    const own = client();
    await own.connect();
    expect(await own.call('ui.address', {})).toEqual({ ui: 'http://127.0.0.1/#code=a.b' });
  });

  test('gives a squatter no proof', async () => {
    const squatter = new EngineSide('x'.repeat(43));
    const squatted = await squatter.listen();
    await expect(client({ port: squatted }).connect()).rejects.toMatchObject({ code: 'secret_wrong' });
    expect(squatter.proofsSeen).toEqual([]);
    await squatter.io.close();
  });

  test('says that no engine runs', async () => {
    await engine.io.close();
    await expect(client().connect()).rejects.toMatchObject({ code: 'engine_not_running' });
  });

  test('comes back after the engine was away', async () => {
    const own = client({ reconnect: true });
    const states: string[] = [];
    own.onState((state) => states.push(state));
    await own.connect();
    engine.io.disconnectSockets(true);
    await engine.io.close();
    engine = new EngineSide(key);
    await new Promise<void>((resolve) => engine.http.listen(port, '127.0.0.1', resolve));
    await expect.poll(() => states).toEqual(['open', 'offline', 'open']);
  });
});

describe('answers', () => {
  test('errors keep code and field', async () => {
    const own = client();
    await own.connect();
    await expect(own.call('swarm.leave', {})).rejects.toMatchObject({ code: 'not_connected', field: 'taskId' });
  });

  test('that do not fit the contract are refused', async () => {
    const own = client();
    await own.connect();
    await expect(own.call('swarm.invite', {})).rejects.toMatchObject({ code: 'invalid_message' });
  });

  test('are not asked for before the proof', async () => {
    await expect(client().call('ui.address', {})).rejects.toMatchObject({ code: 'engine_not_running' });
  });
});

describe('events', () => {
  test('arrive parsed; unknown and malformed ones are left out', async () => {
    const own = client();
    await own.connect();
    const seen: unknown[] = [];
    own.on('sample', (sample) => seen.push(sample));
    const sample = { at: 1, tokensPerSecond: 2, processorPercent: 3, memoryBytes: 4, memoryTotalBytes: 5 };
    engine.io.emit('event', { name: 'sample', payload: { at: 'now' } });
    engine.io.emit('event', { name: 'from:the:future', payload: {} });
    engine.io.emit('event', 'nonsense');
    engine.io.emit('event', { name: 'sample', payload: sample });
    await expect.poll(() => seen).toEqual([sample]);
  });
});

describe('engine.json', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-home-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  test('is read when it is whole', async () => {
    const file = { pid: 1, startedAt: 2, port, secret, version: '0.1.0' };
    await mkdir(path.join(home, 'run'));
    await writeFile(path.join(home, 'run/engine.json'), JSON.stringify(file));
    expect(await findRunningEngine(home)).toEqual(file);
  });

  test.each(['', '{', '{"pid":1}'])('is nothing when it holds %j', async (text) => {
    await mkdir(path.join(home, 'run'));
    await writeFile(path.join(home, 'run/engine.json'), text);
    expect(await findRunningEngine(home)).toBeNull();
  });

  test('is nothing when it is not there', async () => expect(await findRunningEngine(home)).toBeNull());
});
