import { expect, test } from 'vitest';
import { ulid } from 'ulid';
import { wireEvent } from '#shared/protocol/envelope.ts';
import type { Reply } from '#shared/protocol/envelope.ts';
import { ScriptedNode } from '#test/integration/coordinator/ScriptedNode.ts';
import { joinNode, joinWorker, passWelcome, startSwarm, until } from '#test/integration/coordinator/startSwarm.ts';

const codeOf = (reply: Reply) => (reply.ok ? 'ok' : reply.error.code);

// What the transport itself refused never counted: a stranger could send as much of it as it liked.
test.each([
  ['malformed messages', wireEvent, {}],
  ['messages of another version', wireEvent, { v: 99, id: 'a', type: 'x', ts: 0, payload: {} }],
  ['other events', 'shout', 'x'],
])('a stranger that sends %s is closed after three', async (_, event, message) => {
  const swarm = await startSwarm();
  const stranger = new ScriptedNode(swarm.url);
  await stranger.dial();
  for (let count = 0; count < 3; count += 1) expect((await stranger.raw(event, message)).ok).toBe(false);
  await until(() => stranger.closed);
});

// A proven node could have results of unknown assignments read, a mebibyte each, as often as it liked; and so with work that
// is over, payloads that do not fit, and beats.
test('messages of a node that lead nowhere have a limit, and its work does not', async () => {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  const asker = await joinNode(swarm);
  await passWelcome(asker);
  asker.takesOffers = false;
  await asker.submit();
  const answer = await until(() => worker.answers[0]);
  const flood = async (payload: unknown, type = 'task:result') =>
    new Set((await Promise.all(Array.from({ length: 300 }, () => worker.request(type, payload)))).map(codeOf));
  const first = await answer.send(answer.chunk([7]));
  expect(first).toMatchObject({ ok: true });

  expect(await flood({ ...answer.result('eog'), assignmentId: ulid() })).toEqual(
    new Set(['assignment_unknown', 'rate_limited']),
  );
  // Its tries are spent for the moment; they come back.
  const last = answer.chunk([8, 2]);
  while (!(await answer.send(last)).ok) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await answer.finish('eog')).toMatchObject({ ok: true, payload: { state: 'accepted' } });
});

test.each([
  ['payloads that do not fit', 'task:progress', { assignmentId: 7 }, 'invalid_message'],
  ['beats', 'node:beat', {}, 'ok'],
])('%s of a node have a limit', async (_, type, payload, code) => {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  const replies: Reply[] = [];
  // Not all at once: what comes in one piece is looked at in one go.
  for (let count = 0; count < 300; count += 1) replies.push(await worker.request(type, payload));
  expect(new Set(replies.map(codeOf))).toEqual(new Set([code, 'rate_limited']));
});

test('work that is over cannot be sent again and again', async () => {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  await worker.submit();
  const answer = await until(() => worker.answers[0]);
  await answer.send(answer.chunk([7, 2]));
  expect(codeOf(await answer.finish('eog'))).toBe('ok');
  const replies = await Promise.all(Array.from({ length: 300 }, () => answer.finish('eog')));
  expect(new Set(replies.map(codeOf))).toEqual(new Set(['ok', 'rate_limited']));
});

test('a proven node that goes on with malformed messages is closed', async () => {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  const flood = Promise.allSettled(Array.from({ length: 300 }, () => worker.raw(wireEvent, {})));
  await until(() => worker.closed);
  expect((await flood).length).toBe(300);
});
