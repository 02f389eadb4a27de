import { describe, expect, test } from 'vitest';
import { AccountShares } from '#coordinator/swarm/intake/AccountShares.ts';
import { Intake } from '#coordinator/swarm/intake/Intake.ts';
import { openLimits } from '#coordinator/swarm/intake/openLimits.ts';
import type { Survey } from '#coordinator/swarm/matching/Matcher.ts';
import type { SizeClass } from '#shared/domain/money/prices.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';
import { connectedNode } from '#test/helpers/swarm/connectedNode.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';

const nobody: Survey = { free: [], busy: [], obstacles: [] };
const candidate = (sizeClass: SizeClass) => {
  const model = { ...scriptedModel, shape: { ...scriptedModel.shape, sizeClass }, inCatalogue: true };
  return { node: connectedNode(`node ${sizeClass}`), model, freeSlots: 1 };
};

function submission(change: Partial<SubmissionInput> = {}): Submission {
  return Submission.parse({
    type: 'code_completion',
    messages: [{ role: 'user', content: 'function add(a, b) {' }],
    maxTokens: 64,
    deadlineMs: 10_000,
    ...change,
  });
}

async function intake(survey: Survey = { ...nobody, free: [candidate('tiny')] }) {
  const rooms = await openTaskRooms({ private: false });
  const { clock, books, queries, asker, births } = rooms;
  const shares = new AccountShares();
  const room = new Intake({
    clock,
    books,
    queries,
    private: false,
    survey: () => survey,
    sizeOfModel: (digest) => (digest === scriptedModel.digest ? 'small' : undefined),
    largestKnown: () => undefined,
    demandPerMille: () => 1000n,
    shares,
    begin: (record, asked) => births.begin(record, asked),
  });
  const from = { accountId: asker.accountId, nodeId: asker.nodeId };
  return { ...rooms, room, shares, from, taskId: rooms.nextId() };
}

describe('a submission', () => {
  test('is stored and paid for before it is queued', async () => {
    const { room, from, taskId, books, life, recordOf, shares } = await intake();
    const release = books.hold('submitTask');
    const reply = room.submit(from, taskId, submission());
    await Promise.resolve();
    expect(life.size).toBe(0);
    release();
    expect(await reply).toMatchObject({ taskId, status: 'queued', maxTokens: 64, budgetEffect: null });
    const record = await recordOf(taskId);
    expect(record).toMatchObject({ status: 'queued', requesterNodeId: from.nodeId, largestSize: 'tiny' });
    expect(record.hold).toBeGreaterThan(0n);
    expect(life.get(taskId)?.submission).toEqual(submission());
    // What is open is counted by whoever adopts it.
    expect(shares.total.tasks).toBe(0);
  });

  test('again gets the same answer, and is held once', async () => {
    const { room, from, taskId, balanceOf, asker, life } = await intake();
    const first = await room.submit(from, taskId, submission());
    const balance = await balanceOf(asker);
    expect(await room.submit(from, taskId, submission())).toEqual(first);
    expect(await balanceOf(asker)).toBe(balance);
    expect(life.size).toBe(1);
  });

  test('twice at once is stored once', async () => {
    const { room, from, taskId, life, books } = await intake();
    const [one, two] = await Promise.all([1, 2].map(() => room.submit(from, taskId, submission())));
    expect(one).toEqual(two);
    expect([life.size, books.committed.filter((kind) => kind === 'submitTask').length]).toEqual([1, 2]);
  });

  test('with the id of another body, or of somebody else, is refused', async () => {
    const { room, from, taskId, other } = await intake();
    await room.submit(from, taskId, submission());
    await expect(room.submit(from, taskId, submission({ maxTokens: 8 }))).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    const stranger = { accountId: other.accountId, nodeId: other.nodeId };
    await expect(room.submit(stranger, taskId, submission())).rejects.toMatchObject({ code: 'task_id_taken' });
  });

  test('that nobody can pay for is refused with price and balance', async () => {
    const { room, from, taskId, life, shares } = await intake({ ...nobody, busy: [candidate('huge')] });
    const dear = submission({ maxTokens: 1000, type: 'code_generation', quality: 'high_quality' });
    for (let tasks = 0; tasks < 200; tasks += 1) {
      const error: unknown = await room.submit(from, `${taskId.slice(0, -3)}${tasks + 100}`, dear).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) continue;
      expect(error).toMatchObject({ code: 'insufficient_credits' });
      expect(life.size).toBe(tasks);
      expect(shares.total).toEqual({ tasks: 0, bytes: 0 });
      return;
    }
    throw new Error('The account never ran out of credits');
  });

  test('that builds on what cannot be used is refused with the parent', async () => {
    const { room, from, taskId, nextId } = await intake();
    const parent = nextId();
    await expect(room.submit(from, taskId, submission({ parents: [parent] }))).rejects.toMatchObject({
      code: 'parent_unusable',
      details: { parent },
    });
  });

  test('that could not be stored leaves nothing behind, and may be sent again', async () => {
    const { room, from, taskId, life, books, shares } = await intake();
    books.fail('submitTask');
    await expect(room.submit(from, taskId, submission())).rejects.toMatchObject({ code: 'storage_full' });
    expect([life.size, shares.total.tasks]).toEqual([0, 0]);
    expect(await room.submit(from, taskId, submission())).toMatchObject({ status: 'queued' });
  });

  test('counts while it is being stored: no account may have too many at once', async () => {
    const { room, from, shares, nextId, books } = await intake();
    for (let tasks = 1; tasks < openLimits.account.tasks; tasks += 1) shares.take(from.accountId, 1);
    const release = books.hold('submitTask');
    const first = room.submit(from, nextId(), submission());
    await Promise.resolve();
    await expect(room.submit(from, nextId(), submission())).rejects.toMatchObject({ code: 'too_many_tasks' });
    release();
    await first;
    expect(await room.submit(from, nextId(), submission())).toMatchObject({ status: 'queued' });
  });

  test('that asks for an unknown model is refused; a known one decides the price', async () => {
    const { room, from, taskId, recordOf, nextId } = await intake();
    const unknown = submission({ model: 'cd'.repeat(32) });
    await expect(room.submit(from, nextId(), unknown)).rejects.toMatchObject({ code: 'model_unknown' });
    await room.submit(from, taskId, submission({ model: scriptedModel.digest }));
    expect((await recordOf(taskId)).largestSize).toBe('small');
  });

  test('whose prompt fits no model that is there is refused; when others are missing, it waits', async () => {
    const long = await intake({ ...nobody, obstacles: ['context', 'type'] });
    await expect(long.room.submit(long.from, long.taskId, submission())).rejects.toMatchObject({
      code: 'prompt_too_long',
    });
    const offline = await intake({ ...nobody, obstacles: ['context', 'offline'] });
    expect(await offline.room.submit(offline.from, offline.taskId, submission())).toMatchObject({ status: 'queued' });
  });

  test('with a budget says what that changed, also when it is sent again', async () => {
    const { room, from, taskId } = await intake();
    const small = submission({ maxCredits: '0.002' });
    const reply = await room.submit(from, taskId, small);
    expect(reply.maxTokens).toBeLessThan(64);
    expect(reply.budgetEffect).toContain(`${reply.maxTokens} of 64 tokens`);
    expect((await room.submit(from, taskId, small)).budgetEffect).toContain(`${reply.maxTokens} of 64 tokens`);
  });
});

describe('a quote', () => {
  test('costs nothing and stores nothing', async () => {
    const { room, from, life, asker, balanceOf } = await intake();
    const { messages: _, context: __, ...terms } = submission();
    expect(room.quote(from, terms, 20)).toMatchObject({ maxTokens: 64 });
    expect([life.size, await balanceOf(asker)]).toEqual([0, '100']);
  });
});
