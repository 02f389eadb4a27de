import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import { startSwarm } from './startSwarm.ts';

type Swarm = Awaited<ReturnType<typeof startSwarm>>;

/** Three visits are few enough to count; none is forgotten during a slow test. */
const behindProxy = { private: false, trustProxy: true, strangerRate: { visits: 3, seconds: 3600 } };

async function get(swarm: Swarm, forwarded: string): Promise<number> {
  const response = await fetch(`${swarm.url}/v1/health`, { headers: { 'x-forwarded-for': forwarded } });
  return response.status;
}

async function knock(swarm: Swarm, forwarded: string): Promise<'open' | 'refused'> {
  const socket = io(swarm.url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { 'x-forwarded-for': forwarded },
  });
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve('open'));
      socket.once('connect_error', () => resolve('refused'));
    });
  } finally {
    socket.disconnect();
  }
}

test('behind a proxy a caller cannot choose its address: neither door counts it anew', async () => {
  const swarm = await startSwarm(behindProxy);
  const forged = (number: number) => `198.51.100.${number}, 203.0.113.7`;
  expect([await get(swarm, forged(1)), await knock(swarm, forged(2)), await get(swarm, forged(3))]).toEqual([
    200,
    'open',
    200,
  ]);
  expect(await get(swarm, forged(4))).toBe(429);
  expect(await knock(swarm, forged(5))).toBe('refused');
  // Whom the proxy itself calls another is another.
  expect([await get(swarm, '203.0.113.7, 198.51.100.1'), await knock(swarm, '198.51.100.1')]).toEqual([200, 'open']);
});

test('without a proxy the header says nothing', async () => {
  const swarm = await startSwarm({ ...behindProxy, trustProxy: false });
  const statuses: unknown[] = [];
  for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) statuses.push(await get(swarm, address));
  statuses.push(await get(swarm, '198.51.100.4'), await knock(swarm, '198.51.100.5'));
  expect(statuses).toEqual([200, 200, 200, 429, 'refused']);
});
