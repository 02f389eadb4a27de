import { expect, test } from 'vitest';
import { ulid } from 'ulid';
import { submission } from './ScriptedNode.ts';
import { joinNode, startSwarm, until } from './startSwarm.ts';

test('a task is submitted, followed and read over REST, by its owner alone', async () => {
  const swarm = await startSwarm();
  const worker = await joinNode(swarm);
  worker.onAssign = async (answer) => {
    await answer.send(answer.chunk([10, 11]));
    await answer.send(answer.chunk([2]));
    await answer.finish('eog');
  };
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  const taskId = ulid();
  const posted = await requester.post('/v1/tasks', { taskId, submission: submission() }, requester.token);
  expect(posted).toMatchObject({ status: 200, body: { taskId, status: 'queued' } });
  const stream = await fetch(`${swarm.url}/v1/tasks/${taskId}/events`, {
    headers: { authorization: `Bearer ${requester.token}` },
  });
  const events = await stream.text();
  expect(events).toContain('event: end');
  expect(events.match(/"text":"[^"]*"/g)?.join('')).toContain('t11');
  expect(await requester.get(`/v1/tasks/${taskId}/results`)).toMatchObject({
    body: { task: { status: 'completed' }, result: { kind: 'text', text: ' t10 t11' } },
  });
  expect(await requester.get('/v1/tasks')).toMatchObject({ body: { tasks: [{ taskId }] } });
  for (const path of [`/v1/tasks/${taskId}`, `/v1/tasks/${taskId}/results`, `/v1/tasks/${taskId}/events`]) {
    expect(await worker.get(path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  }
  expect(await worker.post(`/v1/tasks/${taskId}/cancel`, {}, worker.token)).toMatchObject({ status: 404 });
  const gone = await fetch(`${swarm.url}/v1/tasks/${taskId}/results`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${requester.token}` },
  });
  expect(gone.status).toBe(200);
  expect(await requester.get(`/v1/tasks/${taskId}/results`)).toMatchObject({ body: { result: { text: '' } } });
});

test('every documented path answers; without a token only the open ones', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  const document = (await node.get('/v1/openapi.json')).body as {
    openapi: string;
    paths: Record<string, { get?: { security?: unknown[] } }>;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/v1/enrol', '/v1/enrol/{id}/respond', '/v1/auth/verify', '/v1/nodes/me/earnings']),
  );
  for (const [template, { get }] of Object.entries(document.paths)) {
    if (get === undefined) continue;
    const path = template.replace('{id}', template.includes('/nodes/') ? node.nodeId : ulid());
    const open = get.security?.length === 0;
    expect([path, (await node.get(path, '')).status]).toEqual([path, open ? 200 : 401]);
    expect([path, (await node.get(path)).status]).toEqual([path, template.startsWith('/v1/tasks/') ? 404 : 200]);
  }
});

test('nodes are seen by pseudonym; details of others are refused', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  const other = await joinNode(swarm);
  expect((await node.get('/v1/nodes/me')).body).toMatchObject({ own: true, name: 'scripted node', status: 'online' });
  expect((await node.get(`/v1/nodes/${other.nodeId}`)).body).toMatchObject({ own: false, name: null });
  expect((await node.get(`/v1/nodes/${other.nodeId}/reputation`)).body).toMatchObject({
    reputation: { level: 'novice' },
  });
  for (const part of ['history', 'metrics']) {
    expect(await node.get(`/v1/nodes/${other.nodeId}/${part}`)).toMatchObject({ status: 403 });
  }
  expect(await node.get(`/v1/nodes/node_${'a'.repeat(32)}`)).toMatchObject({ status: 404 });
});

test('requests that cannot be read name the field, and none crashes the server', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  expect(await node.post('/v1/tasks', { submission: { ...submission(), type: 'x' } }, node.token)).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_message', field: 'submission.type' } },
  });
  const broken = await fetch(`${swarm.url}/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":',
  });
  expect(broken.status).toBe(400);
  const large = await fetch(`${swarm.url}/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ a: 'x'.repeat(2 * 1024 * 1024) }),
  });
  expect(large.status).toBe(413);
  expect((await node.get('/v1/tasks?limit=0')).status).toBe(400);
  expect((await node.get('/health')).status).toBe(200);
});

test('a request without a valid token is refused before its body is read', async () => {
  const swarm = await startSwarm();
  const send = (token: string) =>
    fetch(`${swarm.url}/v1/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      body: '{"a":',
    });
  const node = await joinNode(swarm);
  expect((await send('')).status).toBe(401);
  expect((await send('forged')).status).toBe(401);
  expect((await send(node.token)).status).toBe(400);
});

test('a part of a request that is wrong as a whole is refused like any other', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  const deep = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) as unknown;
  for (const body of [[], 7, deep]) {
    expect(await node.post('/v1/tasks', body, node.token)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_message' } },
    });
  }
});

test('strangers of a public swarm, and accounts that ask too often, are told to wait', async () => {
  const swarm = await startSwarm({
    private: false,
    // However slow the machine, nothing is forgotten meanwhile.
    strangerRate: { visits: 5, seconds: 3600 },
    rates: { perAccount: { perSecond: 1e-6, burst: 3 }, total: { perSecond: 100, burst: 100 } },
  });
  const node = await joinNode(swarm);
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await node.get('/v1/nodes/me')).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const unknown: number[] = [];
  for (let count = 0; count < 5; count += 1) unknown.push((await node.get('/v1/health', '')).status);
  expect(unknown.at(-1)).toBe(429);
});

test('the metrics page counts tasks under the names of the specification', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  await until(() => node.answers[0]);
  const page = await (await fetch(`${swarm.url}/metrics`)).text();
  for (const name of ['tasks_failed_total', 'http_request_duration_seconds', 'nodes_online 1', 'tasks_running 1']) {
    expect(page).toContain(name);
  }
});
