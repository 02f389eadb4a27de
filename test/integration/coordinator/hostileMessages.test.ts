import { expect, test } from 'vitest';
import { createSigningKey } from '#node/keys/keys.ts';
import { EnrolChallenge } from '#shared/protocol/enrolment.ts';
import { type protocolVersion, wireEvent } from '#shared/protocol/envelope.ts';
import { capabilities, ScriptedNode, submission } from './ScriptedNode.ts';
import { joinNode, secretOf, startSwarm, until } from './startSwarm.ts';

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}

test('malformed, deep, unknown and old messages get a typed error that names the field; the link stays', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  const answers = [
    await node.raw(wireEvent, 'not an envelope'),
    await node.request('task:submit', { taskId: 'nope', submission: submission() }),
    await node.request('task:submit', {
      taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      submission: submission({ maxTokens: -1 }),
    }),
    await node.request('task:quote', nested(40)),
    await node.request('no:such', {}),
    await node.request('toString', {}),
    await node.request('node:beat', {}, { v: 99 as typeof protocolVersion }),
    await node.raw('other-event', {}),
  ];
  expect(answers.map((reply) => (reply.ok ? 'ok' : [reply.error.code, reply.error.field]))).toEqual([
    ['invalid_message', undefined],
    ['invalid_message', 'payload.taskId'],
    ['invalid_message', 'payload.submission.maxTokens'],
    ['invalid_message', 'payload'],
    ['unsupported', 'type'],
    ['unsupported', 'type'],
    ['unsupported_version', 'v'],
    ['unsupported', 'event'],
  ]);
  expect((await node.request('node:beat', {})).ok).toBe(true);
});

test('a message that is larger than allowed closes its link, and only that', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  const other = await joinNode(swarm);
  node.notify('task:quote', { text: 'x'.repeat(2 * 1024 * 1024) });
  await until(() => node.closed);
  expect((await other.request('node:beat', {})).ok).toBe(true);
});

test('a stranger is told to prove itself, and is closed after three other messages', async () => {
  const swarm = await startSwarm();
  const stranger = new ScriptedNode(swarm.url);
  await stranger.dial();
  for (let count = 0; count < 3; count += 1) {
    const reply = await stranger.request('task:submit', { taskId: 'x', submission: submission() });
    expect(reply).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
  }
  await until(() => stranger.closed);
});

test('a session needs the key of an enrolled node, once per challenge, at the right address', async () => {
  const swarm = await startSwarm();
  const unknown = new ScriptedNode(swarm.url);
  await unknown.dial();
  expect(await unknown.prove({})).toMatchObject({ ok: false, error: { code: 'not_enrolled' } });
  await until(() => unknown.closed);

  const node = new ScriptedNode(swarm.url);
  await node.enrol(secretOf(swarm));
  await node.dial();
  expect(await node.prove({ key: createSigningKey() })).toMatchObject({ ok: false, error: { code: 'bad_signature' } });
  await until(() => node.closed);

  await node.dial();
  expect(await node.prove({ origin: 'http://elsewhere.example:1' })).toMatchObject({
    ok: false,
    error: { code: 'wrong_swarm', field: 'payload.origin' },
  });
  await until(() => node.closed);

  await node.dial();
  const unopened = await node.request('session:prove', {
    certificate: node.certificate,
    signature: 'A'.repeat(86),
    capabilities: capabilities(),
    cursors: {},
    holding: [],
  });
  expect(unopened).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
  node.close();
});

test('a second session of a node closes the first', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  const twin = new ScriptedNode(swarm.url, node.account);
  Object.assign(twin, { nodeKey: node.nodeKey, nodeId: node.nodeId, certificate: node.certificate });
  await twin.connect();
  await until(() => node.closed);
  expect((await twin.request('node:beat', {})).ok).toBe(true);
  twin.close();
});

test('enrolment refuses forged certificates, foreign origins, replays and wrong secrets', async () => {
  const swarm = await startSwarm();
  const node = new ScriptedNode(swarm.url);
  const forged = {
    ...node.enrolRequest(null),
    certificate: { ...node.certificate, accountId: `acc_${'a'.repeat(32)}` },
  };
  expect(await node.post('/v1/enrol', forged)).toMatchObject({
    status: 401,
    body: { error: { code: 'bad_signature', field: 'certificate.accountId' } },
  });
  expect(await node.post('/v1/enrol', node.enrolRequest(null, 'http://127.0.0.1:1'))).toMatchObject({
    status: 403,
    body: { error: { code: 'wrong_swarm', field: 'origin' } },
  });
  expect(await node.enrol('not the secret')).toMatchObject({ status: 'rejected' });
  expect(await node.enrol(null)).toMatchObject({ status: 'rejected' });

  const offer = EnrolChallenge.parse((await node.post('/v1/enrol', node.enrolRequest(secretOf(swarm)))).body);
  const respond = `/v1/enrol/${offer.enrolmentId}/respond`;
  const wrong = { signature: node.nodeKey.sign('challenge', { role: 'node' }) };
  expect((await node.post(respond, wrong)).status).toBe(401);
  // A challenge is good once, whatever came of it.
  expect(await node.post(respond, wrong)).toMatchObject({
    status: 401,
    body: { error: { code: 'challenge_expired' } },
  });
});

test('an enrolment relayed from another swarm does not fit there', async () => {
  const honest = await startSwarm();
  const relay = await startSwarm();
  const victim = new ScriptedNode(relay.url);
  // The relay passes the victim's request on to the honest swarm: it names the relay's address.
  const answer = await new ScriptedNode(honest.url).post('/v1/enrol', victim.enrolRequest(secretOf(honest)));
  expect(answer).toMatchObject({ status: 403, body: { error: { code: 'wrong_swarm' } } });
});

test('tokens of another swarm, garbage and revoked tokens open nothing', async () => {
  const swarm = await startSwarm();
  const other = await startSwarm();
  const node = await joinNode(swarm);
  const foreign = await joinNode(other);
  expect(await node.get('/v1/nodes/me', foreign.token)).toMatchObject({
    status: 401,
    body: { error: { code: 'token_invalid' } },
  });
  expect(await node.get('/v1/nodes/me', 'garbage')).toMatchObject({ status: 401 });
  expect((await node.get('/v1/nodes/me')).status).toBe(200);
  expect((await node.post('/v1/auth/revoke', {}, node.token)).status).toBe(200);
  expect(await node.get('/v1/nodes/me')).toMatchObject({ status: 401, body: { error: { code: 'token_revoked' } } });
});
