import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Server as SocketServer } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { openLocalApi } from '#engine/api/socket/openLocalApi.ts';
import type { ApiHandlers, LocalApi } from '#engine/api/LocalApi.ts';
import { systemClock } from '#node/systemClock.ts';
import type { EngineAccess } from '#renderer/client/engineAccess.ts';
import { createEngineClient, type EngineClient } from '#renderer/client/engineClient.ts';
import type { LinkState } from '#renderer/client/EngineTransport.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** The engine's real door with two commands behind it. */
async function openDoor(): Promise<{ door: LocalApi; announce: (event: EngineEvent) => void; secret: () => string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-ui-'));
  const listeners = new Set<(event: EngineEvent) => void>();
  const handlers: Partial<ApiHandlers> = {
    'swarm.invite': async () => ({ link: 'openswarm://127.0.0.1:1#x', onNetwork: false }),
    'task.cancel': async () => {
      throw new SwarmError('not_found', 'There is no such task.', { field: 'taskId' });
    },
  };
  const door = await openLocalApi({
    handlers: handlers as ApiHandlers,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchSamples: () => () => undefined,
    clock: systemClock,
    logger: silentLogger,
    version: '0.0.0',
    runFolder: folder,
    pageFolder: folder,
    port: 0,
    pid: process.pid,
  });
  cleanUps.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => door.close(),
  );
  return {
    door,
    announce: (event) => listeners.forEach((listener) => listener(event)),
    secret: () => new URL(door.newAddress()).hash.replace('#code=', ''),
  };
}

/** Connects and collects the states; `until` waits for one of them. */
function connect(url: string, secrets: string[]) {
  const states: LinkState[] = [];
  const events: EngineEvent[] = [];
  const waiting: { wanted: (states: readonly LinkState[]) => boolean; resolve: () => void }[] = [];
  const access: EngineAccess = {
    url,
    secrets: () => [...secrets],
    keep: (secret) => secrets.splice(0, secrets.length, secret),
    forget: (secret) => secrets.splice(secrets.indexOf(secret), 1),
  };
  const client: EngineClient = createEngineClient(access, {
    onState: (state) => {
      states.push(state);
      for (const waiter of waiting) if (waiter.wanted(states)) waiter.resolve();
    },
    onEvent: (event) => events.push(event),
  });
  cleanUps.push(() => client.close());
  const until = (state: LinkState) =>
    new Promise<void>((resolve) => {
      if (states.at(-1) === state) resolve();
      else waiting.push({ wanted: (seen) => seen.at(-1) === state, resolve });
    });
  return { client, states, events, until, secrets };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('the connection to the engine', () => {
  it('authenticates with a code once, stores the browser’s secret and uses it', async () => {
    const { door, secret } = await openDoor();
    const first = connect(`http://127.0.0.1:${door.port}`, [secret()]);
    await first.until('open');
    expect(first.secrets).toHaveLength(1);
    const again = connect(`http://127.0.0.1:${door.port}`, [...first.secrets]);
    await again.until('open');
    await expect(again.client.call('swarm.invite', {})).resolves.toEqual({
      link: 'openswarm://127.0.0.1:1#x',
      onNetwork: false,
    });
  });

  it('rejects with the engine’s errors, typed', async () => {
    const { door, secret } = await openDoor();
    const { client, until } = connect(`http://127.0.0.1:${door.port}`, [secret()]);
    await until('open');
    await expect(client.call('task.cancel', { taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' })).rejects.toMatchObject({
      code: 'not_found',
      field: 'taskId',
    });
  });

  it('receives the engine’s events', async () => {
    const { door, announce, secret } = await openDoor();
    const { events, until } = connect(`http://127.0.0.1:${door.port}`, [secret()]);
    await until('open');
    announce({
      name: 'task:finished',
      payload: { taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', status: 'completed', title: 'x' },
    });
    await expect.poll(() => events.map((event) => event.name)).toEqual(['task:finished']);
  });

  it('is locked without an accepted secret, and drops rejected ones', async () => {
    const { door } = await openDoor();
    const { until, secrets, client } = connect(`http://127.0.0.1:${door.port}`, [`old.${'k'.repeat(43)}`]);
    await until('locked');
    expect(secrets).toEqual([]);
    await expect(client.call('swarm.invite', {})).rejects.toMatchObject({ code: 'engine_not_running' });
  });

  it('falls back to the stored secret when the code was used', async () => {
    const { door, secret } = await openDoor();
    const code = secret();
    const first = connect(`http://127.0.0.1:${door.port}`, [code]);
    await first.until('open');
    const second = connect(`http://127.0.0.1:${door.port}`, [code, ...first.secrets]);
    await second.until('open');
    expect(second.secrets).toEqual(first.secrets);
  });

  it('reveals nothing to a program squatting on the port', async () => {
    const heard: unknown[] = [];
    const server = createServer();
    const squatter = new SocketServer(server, { transports: ['websocket'] });
    squatter.on('connection', (socket) => {
      socket.onAny((name: string, payload: unknown, answer: (reply: unknown) => void) => {
        heard.push([name, payload]);
        answer({ ok: true, payload: { serverNonce: 'n'.repeat(43), proof: 'p'.repeat(43) } });
      });
    });
    const port = await listen(server);
    cleanUps.push(() => squatter.close());
    const key = 'k'.repeat(43);
    const { until, secrets } = connect(`http://127.0.0.1:${port}`, [`mine.${key}`]);
    await until('impostor');
    expect(JSON.stringify(heard)).not.toContain(key);
    expect(heard.map((message) => (message as [string])[0])).toEqual(['local:hello']);
    expect(secrets).toEqual([`mine.${key}`]);
  });

  it('is offline without an engine', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const { until, states } = connect(`http://127.0.0.1:${port}`, [`mine.${'k'.repeat(43)}`]);
    await until('offline');
    expect(states).not.toContain('open');
  });
});
