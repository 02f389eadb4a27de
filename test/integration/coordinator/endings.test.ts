import { expect, test } from 'vitest';
import { ulid } from 'ulid';
import { parseCredits } from '#shared/domain/money/credits.ts';
import type { ScriptedNode } from './ScriptedNode.ts';
import { submission } from './ScriptedNode.ts';
import { joinNode, joinWorker, startSwarm, until } from './startSwarm.ts';

/** A requester whose node takes no work. */
async function requesterAlone() {
  const swarm = await startSwarm();
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  return { swarm, requester };
}

const balances = async (node: ScriptedNode) => (await node.ask('account:read', {})).balances;

test('a cancel before assignment costs nothing', async () => {
  const { requester } = await requesterAlone();
  const before = await balances(requester);
  const { taskId } = await requester.submit();
  expect(parseCredits((await balances(requester)).escrow)).toBeGreaterThan(0n);
  expect(await requester.ask('task:cancel', { taskId })).toMatchObject({ status: 'cancelled', credits: '0' });
  expect(await balances(requester)).toEqual(before);
  expect(await requester.ask('task:cancel', { taskId })).toMatchObject({ status: 'cancelled' });
});

test('a cancel after assignment stops the node, keeps what came, and pays it', async () => {
  const { swarm, requester } = await requesterAlone();
  const node = await joinWorker(swarm);
  const { taskId } = await requester.submit();
  const answer = await until(() => node.answers[0]);
  await answer.send(answer.chunk([10, 11]));
  const view = await requester.ask('task:cancel', { taskId });
  expect(view).toMatchObject({ status: 'cancelled', partial: true, outputTokens: 2 });
  await until(() => node.stops.find(({ reason }) => reason === 'cancelled'));
  expect(await answer.finish('cancelled')).toMatchObject({ payload: { state: 'cancelled' } });
  expect(parseCredits(view.credits)).toBeGreaterThan(0n);
  expect((await balances(requester)).spent).toBe(view.credits);
  expect((await balances(requester)).escrow).toBe('0');
});

test('a cancel after assignment without a token owes the prompt', async () => {
  const { swarm, requester } = await requesterAlone();
  await joinWorker(swarm);
  const { taskId } = await requester.submit();
  await until(() => [...(swarm.coordinator.rooms.life.get(taskId)?.runs.values() ?? [])].some(({ taken }) => taken));
  const view = await requester.ask('task:cancel', { taskId });
  expect(view).toMatchObject({ status: 'cancelled', partial: false });
  expect(parseCredits(view.credits)).toBeGreaterThan(0n);
  expect(parseCredits(view.credits)).toBeLessThan(parseCredits('0.0002'));
});

test('a cancel owes nothing to a node that never said that it has the text', async () => {
  const { swarm, requester } = await requesterAlone();
  const node = await joinWorker(swarm);
  node.acknowledgesAssign = false;
  node.renews = false;
  const before = await balances(requester);
  const { taskId } = await requester.submit();
  await until(() => node.answers[0]);
  expect(await requester.ask('task:cancel', { taskId })).toMatchObject({ status: 'cancelled', credits: '0' });
  expect(await balances(requester)).toEqual(before);
});

test('a task without a node waits, says why, and expires with the escrow back', async () => {
  const { requester } = await requesterAlone();
  const before = await balances(requester);
  const { taskId } = await requester.submit({ type: 'chat', deadlineMs: 1000 });
  const { task } = await requester.ask('task:follow', { taskId, attempt: 0, from: 0 });
  expect(task).toMatchObject({ status: 'queued', reason: 'No connected node has a model for this kind of task.' });
  const done = await until(() => requester.events.find(({ event }) => event.type === 'task:completed'));
  expect(done.event).toMatchObject({ task: { status: 'expired', credits: '0' } });
  expect(await balances(requester)).toEqual(before);
});

test('a task whose time is over keeps and pays what came', async () => {
  const { swarm, requester } = await requesterAlone();
  const node = await joinWorker(swarm);
  await requester.submit({ deadlineMs: 1000 });
  const answer = await until(() => node.answers[0]);
  await answer.send(answer.chunk([10, 11]));
  const done = await until(() => requester.events.find(({ event }) => event.type === 'task:completed'));
  expect(done.event).toMatchObject({ task: { status: 'failed', partial: true }, text: ' t10 t11' });
  await until(() => node.stops.find(({ reason }) => reason === 'expired'));
});

test('a node that runs out of its three tries ends the task', async () => {
  const { swarm, requester } = await requesterAlone();
  const node = await joinWorker(swarm);
  node.onAssign = (answer) =>
    node.request('task:result', answer.result('eog', { outcome: { kind: 'gave_up', reason: 'model_failed' } }));
  await requester.submit();
  const done = await until(() => requester.events.find(({ event }) => event.type === 'task:completed'));
  expect(done.event).toMatchObject({ task: { status: 'failed', partial: false, credits: '0' } });
  expect(node.answers).toHaveLength(3);
});

test('without credits the price and the balance are told', async () => {
  const swarm = await startSwarm({ grant: '0.001' });
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  const reply = await requester.request('task:submit', { taskId: ulid(), submission: submission() });
  expect(reply).toMatchObject({ ok: false, error: { code: 'insufficient_credits' } });
  expect(reply.ok ? {} : reply.error.details).toMatchObject({ balance: '0.001' });
});

test('a budget shortens the answer and says so; one that is too small is refused', async () => {
  const { requester } = await requesterAlone();
  const cheap = await requester.submit({ maxTokens: 1000, maxCredits: '0.01' });
  expect(cheap.maxTokens).toBeLessThan(1000);
  expect(cheap.budgetEffect).toMatch(/limited to \d+ of 1000 tokens/);
  expect(parseCredits(cheap.held)).toBeLessThanOrEqual(parseCredits('0.01'));
  const nothing = { taskId: ulid(), submission: submission({ maxCredits: '0.000001' }) };
  expect(await requester.request('task:submit', nothing)).toMatchObject({ error: { code: 'budget_too_small' } });
});

test('the same id and body again is the same task; another body or account is refused', async () => {
  const { swarm, requester } = await requesterAlone();
  const taskId = ulid();
  const first = await requester.submit({}, taskId);
  expect(await requester.submit({}, taskId)).toEqual(first);
  const other = await joinNode(swarm);
  other.takesOffers = false;
  const changed = { taskId, submission: submission({ maxTokens: 5 }) };
  expect(await requester.request('task:submit', changed)).toMatchObject({ error: { code: 'idempotency_mismatch' } });
  expect(await other.request('task:submit', changed)).toMatchObject({ error: { code: 'task_id_taken' } });
  expect(await other.request('task:cancel', { taskId })).toMatchObject({ error: { code: 'not_found' } });
  expect(await other.request('task:follow', { taskId, attempt: 0, from: 0 })).toMatchObject({
    error: { code: 'not_found' },
  });
});

test('a prompt that fits no model is refused; a too long answer and an unknown model as well', async () => {
  const { requester } = await requesterAlone();
  const codes = await Promise.all(
    [
      { messages: [{ role: 'user' as const, content: 'x'.repeat(3000) }] },
      { maxTokens: 5000 },
      { model: 'ef'.repeat(32) },
      { audience: 'team' as const },
    ].map(async (change) => {
      const reply = await requester.request('task:submit', { taskId: ulid(), submission: submission(change) });
      return reply.ok ? 'ok' : reply.error.code;
    }),
  );
  expect(codes).toEqual(['prompt_too_long', 'invalid_message', 'model_unknown', 'privacy_violation']);
});

test('a child waits for its parent, and falls with it', async () => {
  const { swarm, requester } = await requesterAlone();
  const parent = await requester.submit();
  const child = await requester.submit({ parents: [parent.taskId] });
  expect(child.status).toBe('blocked');
  const grandchild = await requester.submit({ parents: [child.taskId] });
  await requester.ask('task:cancel', { taskId: parent.taskId });
  const ends = await until(() => {
    const found = requester.events.flatMap(({ event }) => (event.type === 'task:completed' ? [event.task] : []));
    return found.length === 3 ? found : undefined;
  });
  expect(new Set(ends.map(({ taskId, status }) => `${taskId} ${status}`))).toEqual(
    new Set([parent, child, grandchild].map(({ taskId }) => `${taskId} cancelled`)),
  );
  const again = await requester.submit();
  const next = await requester.submit({ parents: [again.taskId] });
  const node = await joinWorker(swarm);
  node.onAssign = async (answer) => {
    await answer.send(answer.chunk([10, 2]));
    await answer.finish('eog');
  };
  const waiting = node.answers[0] ?? (await until(() => node.answers[0]));
  await waiting.send(waiting.chunk([10, 2]));
  await waiting.finish('eog');
  await until(() =>
    requester.events.find(({ event }) => event.type === 'task:completed' && event.task.taskId === next.taskId),
  );
});

test('a newcomer gets one welcome task, paid by the swarm, outside of its reputation', async () => {
  const swarm = await startSwarm();
  const node = await joinNode(swarm);
  const answer = await until(() => node.answers[0]);
  expect(answer.assign).toMatchObject({ type: 'code_completion', privacy: 'public', requester: 'the swarm itself' });
  await answer.send(answer.chunk([10, 2]));
  await answer.finish('eog');
  const earned = await until(() =>
    node.events.flatMap(({ event }) => (event.type === 'earnings:credited' ? [event.earning] : [])).at(0),
  );
  expect(earned).toMatchObject({ welcome: true, accepted: true, outputTokens: 2 });
  const account = await node.ask('account:read', {});
  expect(account.balances.earned).toBe(earned.credits);
  expect(account.reputationState.samples.success).toBe(0);
  node.close();
  await until(() => swarm.coordinator.rooms.nodes.size === 0);
  await node.connect();
  await node.submit();
  await until(() => node.answers.length === 2);
  expect(node.answers[1]?.assign.requester).not.toBe('the swarm itself');
});

test.for([{ audience: 'own' }, { privacy: 'restricted' }, { privacy: 'confidential' }] as const)(
  'in a public swarm nobody is paid or praised by oneself, and own tasks are free: %o',
  async (change) => {
    const swarm = await startSwarm({ private: false, grant: '0' });
    const node = await joinNode(swarm);
    const own = await node.submit(change);
    expect(own.held).toBe('0');
    const answer = await until(() => node.answers.find(({ assign }) => assign.taskId === own.taskId));
    expect(answer.assign.own).toBe(true);
    await answer.send(answer.chunk([10, 2]));
    await answer.finish('eog');
    const done = await until(() => node.events.find(({ event }) => event.type === 'task:completed'));
    expect(done.event).toMatchObject({ task: { status: 'completed', credits: '0' } });
    const account = await node.ask('account:read', {});
    expect(account.balances.earned).toBe('0');
    expect(account.reputationState).toMatchObject({ settledForFloor: 0, samples: { automated: 0, success: 0 } });
    const paid = await node.request('task:submit', { taskId: ulid(), submission: submission() });
    expect(paid).toMatchObject({ ok: false, error: { code: 'insufficient_credits' } });
  },
);

test('a requester is told why its task waits, and when that changes', async () => {
  const { requester } = await requesterAlone();
  await requester.submit({ type: 'chat' });
  const told = await until(() =>
    requester.events.find(({ event }) => event.type === 'task:updated' && event.task.reason !== null),
  );
  expect(told.event).toMatchObject({ task: { reason: 'No connected node has a model for this kind of task.' } });
});

test('a quote tells price, time and who could do it, without the text', async () => {
  const { swarm, requester } = await requesterAlone();
  await joinWorker(swarm);
  const { messages: _, ...terms } = submission({ maxTokens: 50 });
  const quote = await requester.ask('task:quote', { submission: terms, promptBytes: 20 });
  expect(quote).toMatchObject({ freeNodes: 2, eligibleNodes: 2, reason: null, usualSeconds: 1.5, maxTokens: 50 });
  expect(parseCredits(quote.low)).toBeLessThan(parseCredits(quote.high));
  expect(parseCredits(quote.high)).toBeLessThanOrEqual(parseCredits(quote.hold));
  const nobody = await requester.ask('task:quote', { submission: { ...terms, type: 'chat' }, promptBytes: 20 });
  expect(nobody).toMatchObject({ eligibleNodes: 0, reason: 'No connected node has a model for this kind of task.' });
});

test('a prompt that turns out too long goes to no model of that size again', async () => {
  const { swarm, requester } = await requesterAlone();
  const node = await joinWorker(swarm);
  node.onAssign = (answer) =>
    node.request(
      'task:result',
      answer.result('eog', { outcome: { kind: 'gave_up', reason: 'prompt_too_long', promptTokens: 5000 } }),
    );
  const { taskId } = await requester.submit({ deadlineMs: 3000 });
  const told = await until(() =>
    requester.events.find(({ event }) => event.type === 'task:updated' && event.task.reason?.includes('too long')),
  );
  expect(told.event).toMatchObject({ task: { taskId, status: 'queued' } });
  expect(node.answers).toHaveLength(1);
});
