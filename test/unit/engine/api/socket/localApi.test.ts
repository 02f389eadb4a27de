import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalHelloReply, LocalReply, LocalWelcome } from '#shared/api/handshake.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { localProof, randomKey } from '#node/keys/localProof.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import { openTestApi, type TestApi, type TestApiOptions } from './openTestApi.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(options: TestApiOptions = {}): Promise<TestApi> {
  const test = await openTestApi(options);
  closing.push(() => test.api.close());
  return test;
}

async function ownerOf(test: TestApi): Promise<LocalEngineClient> {
  const file = await findRunningEngine(test.home);
  if (file === null) throw new Error('no engine.json');
  const client = new LocalEngineClient({ port: file.port, secret: file.secret, reconnect: false });
  closing.push(() => client.close());
  await client.connect();
  return client;
}

function rawSocket(test: TestApi, headers: Record<string, string> = {}, transports = ['websocket']): Socket {
  const socket = io(`http://127.0.0.1:${test.api.port}`, {
    transports,
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
  });
  closing.push(() => socket.close());
  return socket;
}

async function connected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true));
    socket.on('connect_error', () => resolve(false));
  });
}

async function ask(socket: Socket, event: string, payload: unknown): Promise<LocalReply> {
  return LocalReply.parse(await socket.timeout(5000).emitWithAck(event, payload));
}

async function proveWith(socket: Socket, secret: string): Promise<LocalReply> {
  const [secretId, key] = secret.split('.') as [string, string];
  const clientNonce = randomKey();
  const hello = await ask(socket, 'local:hello', { secretId, clientNonce });
  if (!hello.ok) return hello;
  const { serverNonce, proof } = LocalHelloReply.parse(hello.payload);
  expect(proof).toBe(localProof('engine', key, { client: clientNonce, server: serverNonce }));
  return ask(socket, 'local:prove', { proof: localProof('client', key, { client: clientNonce, server: serverNonce }) });
}

function codeOf(address: string): string {
  return address.slice(address.indexOf('#code=') + 6);
}

async function status(test: TestApi, target: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${test.api.port}${target}`, { headers, redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
}

describe('the owner', () => {
  it('finds port and secret in a file that only the owner reads, and it is gone after the end', async () => {
    const test = await open();
    const file = path.join(test.home, 'run', 'engine.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(test.home, 'run', 'access.json')).mode & 0o777).toBe(0o600);
    expect((await findRunningEngine(test.home))?.pid).toBe(process.pid);
    await test.api.close();
    expect(await findRunningEngine(test.home)).toBeNull();
  });

  it('is answered by the handlers, with parsed input and defaults', async () => {
    const seen: unknown[] = [];
    const test = await open({
      handlers: {
        'ledger.list': async (input) => {
          seen.push(input);
          return { rows: [], total: 0 };
        },
      },
    });
    const client = await ownerOf(test);
    expect(await client.call('ledger.list', {})).toEqual({ rows: [], total: 0 });
    expect(seen).toEqual([{ limit: 200, offset: 0 }]);
  });

  it('is told which field is wrong', async () => {
    const client = await ownerOf(await open());
    const failed = client.call('contribution.pause', { forMs: 1 });
    await expect(failed).rejects.toMatchObject({ code: 'invalid_message', field: 'forMs' });
  });

  it('gets typed errors of handlers, and nothing of what failed inside', async () => {
    const test = await open({
      handlers: {
        'swarm.leave': async () => {
          throw new SwarmError('insufficient_credits', 'It costs 2, you have 1.', { details: { price: '2' } });
        },
        'contribution.resume': async () => {
          throw new Error('secret detail');
        },
      },
    });
    const client = await ownerOf(test);
    await expect(client.call('swarm.leave', {})).rejects.toMatchObject({
      code: 'insufficient_credits',
      details: { price: '2' },
    });
    const failed: unknown = await client.call('contribution.resume', {}).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'internal' });
    expect(String(failed)).not.toContain('secret detail');
  });
});

describe('a connection', () => {
  it('may do nothing before its proof', async () => {
    const test = await open({ handlers: { 'swarm.leave': async () => ({}) } });
    const socket = rawSocket(test);
    await connected(socket);
    expect(await ask(socket, 'call', { name: 'swarm.leave', input: {} })).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    expect(await ask(socket, 'local:prove', { proof: 'x' })).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it('hears nothing before its proof', async () => {
    const test = await open();
    const socket = rawSocket(test);
    await connected(socket);
    const heard: unknown[] = [];
    socket.on('event', (event) => heard.push(event));
    test.announce({ name: 'task:finished', payload: { taskId: taskA, status: 'completed', title: 'secret' } });
    await ask(socket, 'local:hello', {});
    expect(heard).toEqual([]);
  });

  it('exchanges a code once for the secret of its browser, which stays good after a restart', async () => {
    const test = await open();
    const code = codeOf(test.api.newAddress());
    const socket = rawSocket(test);
    await connected(socket);
    const reply = await proveWith(socket, code);
    const welcome = LocalWelcome.parse(reply.ok ? reply.payload : undefined);
    if (welcome.browserSecret === null) throw new Error('no secret');
    expect(await proveWith(socket, code)).toMatchObject({ ok: false, error: { code: 'secret_wrong' } });

    await test.api.close();
    const again = await open({ home: test.home });
    const later = rawSocket(again);
    await connected(later);
    expect(await proveWith(later, welcome.browserSecret)).toMatchObject({ ok: true, payload: { browserSecret: null } });
  });

  it('with a wrong key is refused, each challenge being good for one try', async () => {
    const test = await open();
    const id = (await findRunningEngine(test.home))?.secret.split('.')[0] ?? '';
    const socket = rawSocket(test);
    await connected(socket);
    await ask(socket, 'local:hello', { secretId: id, clientNonce: randomKey() });
    expect(await ask(socket, 'local:prove', { proof: randomKey() })).toMatchObject({ error: { code: 'secret_wrong' } });
    expect(await ask(socket, 'local:prove', { proof: randomKey() })).toMatchObject({
      error: { code: 'unauthenticated' },
    });
  });

  it('is put out after too many wrong proofs, while the owner still comes in', async () => {
    const test = await open();
    const socket = rawSocket(test);
    await connected(socket);
    const gone = new Promise((resolve) => socket.on('disconnect', resolve));
    const codes = new Set<string>();
    for (let count = 0; count < 40 && socket.connected; count += 1) {
      const reply = await ask(socket, 'local:hello', { secretId: 'nobody', clientNonce: randomKey() });
      if (!reply.ok) codes.add(reply.error.code);
    }
    await gone;
    expect(codes).toEqual(new Set(['secret_wrong', 'rate_limited']));
    await ownerOf(test);
  });

  it('gets a typed answer to anything odd', async () => {
    const test = await open();
    const socket = rawSocket(test);
    await connected(socket);
    for (const payload of [null, 7, 'x', [], { secretId: 5 }, { secretId: 'a'.repeat(500), clientNonce: 'b' }]) {
      expect(await ask(socket, 'local:hello', payload)).toMatchObject({ error: { code: 'invalid_message' } });
    }
  });

  it('from a foreign page or under a foreign name is refused; the window of the app is not', async () => {
    const test = await open();
    const own = `http://127.0.0.1:${test.api.port}`;
    const answers = await Promise.all(
      [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { origin: own, host: 'evil.example' },
        { origin: own },
        { origin: 'app://page' },
      ].map((headers) => connected(rawSocket(test, headers))),
    );
    expect(answers).toEqual([false, false, false, true, true]);
    expect(await connected(rawSocket(test, {}, ['polling']))).toBe(false);
  });
});

const taskA = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const taskB = '01ARZ3NDEKTSV4RRFFQ69G5FAW';

describe('events', () => {
  it('of an answer go to who follows it, pieces in order and put together', async () => {
    const test = await open({
      handlers: {
        'task.follow': async ({ taskId }) => ({ taskId, attempt: 0, from: 0, tokens: 0, text: '', over: false }),
      },
    });
    const client = await ownerOf(test);
    const frames: { from: number; text: string }[] = [];
    const finished = new Promise((resolve) => client.on('task:finished', resolve));
    client.on('task:frame', (frame) => frames.push(frame));
    await client.call('task.follow', { taskId: taskA });
    for (let from = 0; from < 20; from += 1) {
      test.announce({ name: 'task:frame', payload: { taskId: taskA, attempt: 0, from, tokens: 1, text: `${from},` } });
      test.announce({ name: 'task:frame', payload: { taskId: taskB, attempt: 0, from, tokens: 1, text: 'foreign' } });
    }
    test.announce({ name: 'task:finished', payload: { taskId: taskA, status: 'completed', title: '' } });
    await finished;
    expect(frames.map((frame) => frame.text).join('')).toBe('0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,');
    expect(frames).toHaveLength(2);
  });

  it('of an answer neither repeat nor miss what its reply holds', async () => {
    const gate = Promise.withResolvers<void>();
    const test = await open({
      handlers: {
        'task.follow': async ({ taskId }) => {
          await gate.promise;
          return { taskId, attempt: 0, from: 0, tokens: 2, text: 'ab', over: false };
        },
      },
    });
    const client = await ownerOf(test);
    let later = '';
    const finished = new Promise((resolve) => client.on('task:finished', resolve));
    client.on('task:frame', (frame) => (later += frame.text));
    const reply = client.call('task.follow', { taskId: taskA });
    await client.call('samples.watch', { on: false });
    ['a', 'b', 'c', 'd'].forEach((letter, from) =>
      test.announce({ name: 'task:frame', payload: { taskId: taskA, attempt: 0, from, tokens: 1, text: letter } }),
    );
    test.announce({ name: 'task:finished', payload: { taskId: taskA, status: 'completed', title: '' } });
    gate.resolve();
    const { text } = await reply;
    await finished;
    expect(text + later).toBe('abcd');
  });

  it('measure only while somebody watches', async () => {
    const test = await open();
    const client = await ownerOf(test);
    expect(test.watching()).toBe(0);
    await client.call('samples.watch', { on: true });
    expect(test.watching()).toBe(1);
    const arrived = new Promise((resolve) => client.on('sample', resolve));
    const payload = { at: 1, tokensPerSecond: 2, processorPercent: 3, memoryBytes: 4, memoryTotalBytes: 5 };
    test.sample({ name: 'sample', payload });
    expect(await arrived).toEqual(payload);
    await client.call('samples.watch', { on: false });
    expect(test.watching()).toBe(0);
  });
});

describe('models that are tried', () => {
  const prompt = { kind: 'text' as const, text: 'let a' };
  const wish = { digest: 'd'.repeat(64), prompt, maxTokens: 8, temperature: 0 };

  /** An engine that names its trials a, b, c and notes which are stopped. */
  function trials(begin: () => Promise<void> = async () => {}) {
    const stopped: string[] = [];
    let count = 0;
    const handlers: TestApiOptions['handlers'] = {
      'try.start': async () => {
        await begin();
        count += 1;
        return { tryId: 'abc'.charAt(count - 1) };
      },
      'try.stop': async ({ tryId }) => {
        stopped.push(tryId);
        return {};
      },
    };
    return { stopped, handlers };
  }

  it('are stopped when the connection that began them closes, those that run on', async () => {
    const { stopped, handlers } = trials();
    const test = await open({ handlers });
    const [one, other] = [await ownerOf(test), await ownerOf(test)];
    await one.call('try.start', wish);
    await one.call('try.start', wish);
    await other.call('try.start', wish);
    const ended = new Promise((resolve) => one.on('try:ended', resolve));
    const payload = { tryId: 'a', tokens: 1, promptTokens: 1, tokensPerSecond: null, finish: 'eog' as const };
    test.announce({ name: 'try:ended', payload: { ...payload, problem: null } });
    await ended;
    one.close();
    await expect.poll(() => stopped).toEqual(['b']);
    other.close();
    await expect.poll(() => stopped).toEqual(['b', 'c']);
  });

  it('are stopped as soon as they run when the connection closed meanwhile', async () => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const { stopped, handlers } = trials(async () => {
      begun.resolve();
      await gate.promise;
    });
    const test = await open({ handlers });
    const client = await ownerOf(test);
    client.call('try.start', wish).catch(() => undefined);
    await begun.promise;
    client.close();
    const second = await ownerOf(test);
    await second.call('samples.watch', { on: false });
    expect(stopped).toEqual([]);
    gate.resolve();
    await expect.poll(() => stopped).toEqual(['a']);
  });
});

describe('pages', () => {
  it('are served from their folder alone, with strict headers', async () => {
    const test = await open();
    const page = path.join(test.home, 'page');
    expect(await status(test, '/')).toBe(503);
    mkdirSync(path.join(page, 'assets'), { recursive: true });
    writeFileSync(path.join(page, 'index.html'), '<title>page</title>');
    writeFileSync(path.join(page, 'assets', 'a-1.js'), '1');
    writeFileSync(path.join(test.home, 'beside.txt'), 'no');
    const answer = await fetch(`http://127.0.0.1:${test.api.port}/`);
    expect(await answer.text()).toBe('<title>page</title>');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await status(test, '/assets/a-1.js')).toBe(200);
    expect(await status(test, '/..%2fbeside.txt')).toBe(404);
    expect(await status(test, '/%2e%2e/beside.txt')).toBe(404);
    expect(await status(test, '/', { 'if-none-match': answer.headers.get('etag') ?? '' })).toBe(304);
  });

  it('are refused to foreign names and for anything but reading', async () => {
    const test = await open();
    const answer = await fetch(`http://127.0.0.1:${test.api.port}/`, { method: 'POST' });
    expect(answer.status).toBe(405);
    expect(await status(test, '/', { origin: 'http://evil.example' })).toBe(403);
  });
});

describe('the port', () => {
  it('persists, and moves when somebody else has it', async () => {
    const { home, api } = await open();
    await api.close();
    const second = await open({ home, port: null });
    expect(second.api).toMatchObject({ port: api.port, portMoved: false });
    await second.api.close();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(api.port, '127.0.0.1', resolve));
    closing.push(() => squatter.close());
    await expect(openTestApi({ home, port: api.port })).rejects.toMatchObject({ code: 'port_taken' });
    const third = await open({ home, port: null });
    expect(third.api.portMoved).toBe(true);
    expect((await findRunningEngine(home))?.port).toBe(third.api.port);
  });
});
