import { expect, test } from 'vitest';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { createSigningKey } from '#node/keys/keys.ts';
import type { ScriptedAnswer, ScriptedNode } from './ScriptedNode.ts';
import { joinNode, joinWorker, startSwarm, until } from './startSwarm.ts';

/** A requester that takes no work, and a worker whose welcome task is over. */
async function pair() {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  return { swarm, worker, requester };
}

async function nextAnswer(worker: ScriptedNode): Promise<ScriptedAnswer> {
  return until(() => worker.answers.at(-1));
}

function ended(requester: ScriptedNode) {
  return until(() => {
    const found = requester.events.flatMap(({ event }) => (event.type === 'task:completed' ? [event] : [])).at(-1);
    return found;
  });
}

test('a gap is answered with the index to send again from, and duplicates are stored once', async () => {
  const { worker, requester } = await pair();
  await requester.submit();
  const answer = await nextAnswer(worker);
  const chunks = [answer.chunk([10, 11]), answer.chunk([12]), answer.chunk([13, 2])] as const;
  expect(await answer.send(chunks[0])).toMatchObject({ payload: { stored: 2, state: 'running' } });
  expect(await answer.send(chunks[2])).toMatchObject({ payload: { stored: 2, state: 'running' } });
  expect(await answer.finish('eog')).toMatchObject({ payload: { state: 'incomplete', stored: 2 } });
  expect(await answer.send(chunks[0], chunks[1], chunks[2])).toMatchObject({ payload: { stored: 5 } });
  expect(await answer.finish('eog')).toMatchObject({ payload: { state: 'accepted' } });
  expect(await ended(requester)).toMatchObject({ task: { outputTokens: 5 }, text: ' t10 t11 t12 t13' });
});

test('what is sent again cut otherwise is answered with what is stored, unless it contradicts it', async () => {
  const { worker, requester } = await pair();
  await requester.submit();
  const answer = await nextAnswer(worker);
  const [first, second] = [answer.chunk([10, 11]), answer.chunk([12, 2])];
  expect(await answer.send(first)).toMatchObject({ payload: { stored: 2 } });
  const whole = { ...second, from: 0, ids: [10, 11, 12, 2], text: ' t10 t11 t12' };
  expect(await answer.send(whole)).toMatchObject({ ok: true, payload: { stored: 2, state: 'running' } });
  expect(await answer.send(second)).toMatchObject({ payload: { stored: 4 } });
  expect(await answer.finish('eog')).toMatchObject({ payload: { state: 'accepted' } });
  expect(await ended(requester)).toMatchObject({ text: ' t10 t11 t12' });

  worker.answers.length = 0;
  await requester.submit();
  const other = await nextAnswer(worker);
  await other.send(other.chunk([10, 11]));
  const forged = { ...other.chunk([12]), from: 1, ids: [11, 13] };
  expect(await other.send(forged)).toMatchObject({ ok: false, error: { code: 'chain_mismatch' } });
});

test('the same result again gets the same reply and pays nothing more', async () => {
  const { worker, requester } = await pair();
  await requester.submit();
  const answer = await nextAnswer(worker);
  await answer.send(answer.chunk([10, 2]));
  const replies = await Promise.all([answer.finish('eog'), answer.finish('eog'), answer.finish('eog')]);
  const before = (await worker.ask('account:read', {})).balances;
  replies.push(await answer.finish('eog'));
  expect(replies.map((reply) => (reply.ok ? reply.payload : reply.error))).toEqual(
    replies.map(() => ({ state: 'accepted' })),
  );
  expect((await worker.ask('account:read', {})).balances).toEqual(before);
});

test.for([
  ['chain', 'payload.chunks.0.chain', (answer: ScriptedAnswer) => ({ ...answer.chunk([10]), chain: 'A'.repeat(43) })],
  ['vocabulary', 'payload.chunks.0.ids', (answer: ScriptedAnswer) => answer.chunk([100])],
  ['end in the middle', 'payload.chunks.0.ids', (answer: ScriptedAnswer) => answer.chunk([2, 10])],
  ['length', 'payload.chunks.0.ids', (answer: ScriptedAnswer) => answer.chunk(Array.from({ length: 17 }, () => 9))],
] as const)('a chunk with a wrong %s is refused, and the answer starts over', async ([, field, make]) => {
  const { worker, requester } = await pair();
  await requester.submit();
  const answer = await nextAnswer(worker);
  const reply = await answer.send(make(answer));
  expect(reply).toMatchObject({ ok: false, error: { code: 'chain_mismatch', field } });
  const again = await until(() => worker.answers.find((each) => each !== answer));
  await again.send(again.chunk([20, 2]));
  await again.finish('eog');
  expect(await ended(requester)).toMatchObject({ text: ' t20', task: { status: 'completed', attempt: 1 } });
});

test.for([
  ['seed', (answer: ScriptedAnswer) => ({ seed: answer.assign.seed + 1 })],
  ['model', () => ({ modelDigest: 'cd'.repeat(32) })],
  ['prompt', () => ({ promptIds: [3] })],
] as const)('a result with another %s is rejected and unpaid', async ([, change]) => {
  const { worker, requester } = await pair();
  await requester.submit();
  const answer = await nextAnswer(worker);
  await answer.send(answer.chunk([10, 2]));
  const before = (await worker.ask('account:read', {})).balances.earned;
  const reply = await worker.request('task:result', answer.result('eog', change(answer)));
  expect(reply).toMatchObject({ ok: true, payload: { state: 'rejected' } });
  expect((await worker.ask('account:read', {})).balances.earned).toBe(before);
});

test('chunks that somebody else signed are rejected as a whole', async () => {
  const { worker, requester } = await pair();
  await requester.submit();
  const answer = await nextAnswer(worker);
  const forged = createSigningKey().sign('chunk', { assignmentId: answer.assign.assignmentId, count: 2, chain: 'x' });
  await answer.send({ ...answer.chunk([10, 2]), signature: forged });
  expect(await answer.finish('eog')).toMatchObject({ payload: { state: 'rejected' } });
});

test('work for the assignment of another node is refused', async () => {
  const { swarm, worker, requester } = await pair();
  await requester.submit();
  const answer = await nextAnswer(worker);
  const thief = await joinNode(swarm);
  const progress = {
    assignmentId: answer.assign.assignmentId,
    promptIds: answer.promptIds,
    chunks: [answer.chunk([10, 2])],
  };
  expect(await thief.request('task:progress', progress)).toMatchObject({ error: { code: 'assignment_foreign' } });
  expect(await thief.request('task:result', answer.result('eog'))).toMatchObject({
    error: { code: 'assignment_foreign' },
  });
  const nobodys = { ...answer.result('eog'), assignmentId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
  expect(await thief.request('task:result', nobodys)).toMatchObject({ error: { code: 'assignment_unknown' } });
});

test('an empty answer is retried once; the second costs the prompt alone', async () => {
  const { worker, requester } = await pair();
  worker.onAssign = async (answer) => {
    await answer.send(answer.chunk([2], ''));
    await answer.finish('eog');
  };
  await requester.submit();
  const { task } = await ended(requester);
  expect(task).toMatchObject({ status: 'completed', attempt: 1 });
  expect(worker.answers).toHaveLength(2);
  // Five prompt tokens at a fifth of the tiny base price, quality ×1.25 and at least 80 %, with the fee.
  expect(parseCredits(task.credits)).toBeLessThan(parseCredits('0.0002'));
  expect(parseCredits(task.credits)).toBeGreaterThan(0n);
});

test('ten tasks run on one node at once', async () => {
  const { worker, requester } = await pair();
  await Promise.all(Array.from({ length: 10 }, () => requester.submit()));
  await until(() => worker.answers.length === 10);
  for (const answer of worker.answers) await answer.send(answer.chunk([10, 11]));
  await Promise.all(
    worker.answers.map(async (answer) => {
      await answer.send(answer.chunk([2]));
      await answer.finish('eog');
    }),
  );
  const ends = () => requester.events.flatMap(({ event }) => (event.type === 'task:completed' ? [event.task] : []));
  await until(() => ends().length === 10);
  expect(ends().map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'completed'));
});
