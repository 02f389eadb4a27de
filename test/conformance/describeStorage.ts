import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EnrolNode } from '#coordinator/books/commands/enrolNode.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';
import type { StorageDriver } from '#test/helpers/storageDriver.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { feeOn, rewardOf } from '#shared/domain/money/prices.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import { SwarmEvent } from '#shared/protocol/events.ts';
import {
  type Member,
  acceptedSegment,
  cancellation,
  completion,
  enrolment,
  newAssignment,
  newChunk,
  newMember,
  newTask,
  qualityOf,
  rejectedSegment,
  ulidOf,
} from '#test/helpers/storeCommands.ts';

/** A storage under test; `reopen` closes it and opens what it left. */
export interface StorageUnderTest {
  readonly store: StorageDriver;
  /** The coordinator's own account. */
  readonly ownAccount: string;
  reopen(): Promise<StorageDriver>;
  dispose(): Promise<void>;
}

export type OpenStorage = (swarm: { private: boolean; incentives: bigint }) => Promise<StorageUnderTest>;

const total = (...amounts: string[]): bigint => amounts.reduce((sum, amount) => sum + parseCredits(amount), 0n);

/** Everything that a storage of the coordinator must do, whatever database it stands on and however late it answers. */
export function describeStorage(name: string, open: OpenStorage): void {
  describe(`${name}: storage of a coordinator`, () => {
    let tested: StorageUnderTest;
    let store: StorageDriver;
    let requester: Member;
    let worker: Member;

    const begin = async (swarm: { private: boolean; incentives: bigint }): Promise<void> => {
      tested = await open(swarm);
      store = tested.store;
      [requester, worker] = [newMember(), newMember()];
      await store.enrolNode(enrolment(requester));
      await store.enrolNode(enrolment(worker));
    };
    const running = async (number: number, tokens: number, changes: Parameters<typeof newTask>[2] = {}) => {
      const task = newTask(requester, number, changes);
      await store.submitTask(task, 2000);
      const assignmentId = ulidOf(number + 500);
      await store.assignTask(newAssignment(task.taskId, worker, number + 500));
      if (tokens > 0) {
        await store.appendChunk(
          newChunk(
            assignmentId,
            0,
            Array.from({ length: tokens }, (_, index) => index),
          ),
        );
      }
      return { task, taskId: task.taskId, assignmentId };
    };
    const eventsOf = (member: Member): Promise<StoredEvent[]> => store.events(nodeStream(member.nodeId), 0, 1000);
    const kindsOf = async (member: Member): Promise<string[]> =>
      (await eventsOf(member)).map(({ event }) => event.type);

    beforeEach(() => begin({ private: true, incentives: parseCredits('1') }));
    afterEach(() => tested.dispose());

    describe('enrolment', () => {
      it('grants once per account, also for a second node and after a restart', async () => {
        const second = { ...newMember(), accountId: requester.accountId, accountKey: requester.accountKey };
        expect((await store.enrolNode(enrolment(requester))).granted).toBe(0n);
        expect((await store.enrolNode(enrolment(second))).granted).toBe(0n);
        store = await tested.reopen();
        expect((await store.enrolNode(enrolment(second))).granted).toBe(0n);
        expect(await store.balances(requester.accountId)).toMatchObject({ balance: '100', granted: '100' });
      });

      it('keeps a node with its first account', async () => {
        const thief = { ...newMember(), nodeId: worker.nodeId, nodeKey: worker.nodeKey };
        await expect(store.enrolNode(enrolment(thief))).rejects.toMatchObject({ code: 'forbidden' });
        expect(await store.account(thief.accountId)).toBeUndefined();
        expect((await store.node(worker.nodeId))?.accountId).toBe(worker.accountId);
      });

      it('knows valid, expired and revoked tokens', async () => {
        const jti = `token-${worker.nodeId}`;
        expect(await store.isTokenValid(jti, 5000)).toBe(true);
        expect(await store.isTokenValid(jti, 1e12)).toBe(false);
        expect(await store.revokeToken(jti)).toBe(true);
        expect(await store.revokeToken(jti)).toBe(false);
        expect(await store.isTokenValid(jti, 5000)).toBe(false);
      });

      it('grants to few nodes of one address prefix, also when they come at once', async () => {
        const grantLimit = { enrolments: 4, since: 0 };
        const enrol = async (change: Partial<EnrolNode> = {}) =>
          (await store.enrolNode({ ...enrolment(newMember()), grantLimit, ...change })).granted > 0n;
        // Two are there already.
        expect(await Promise.all([enrol(), enrol(), enrol()])).toEqual([true, true, false]);
        expect(await enrol()).toBe(false);
        store = await tested.reopen();
        expect(await enrol()).toBe(false);
        expect(await enrol({ grantLimit: { ...grantLimit, since: 1001 } })).toBe(true);
        const elsewhere = enrolment(newMember());
        expect(await enrol({ ...elsewhere, node: { ...elsewhere.node, addressPrefix: '198.51.100' } })).toBe(true);
      });

      it('an enrolment that failed does not count for those of the same group', async () => {
        const grantLimit = { enrolments: 3, since: 0 };
        const thief = { ...newMember(), nodeId: worker.nodeId, nodeKey: worker.nodeKey };
        const [failed, granted, refused] = await Promise.allSettled([
          store.enrolNode({ ...enrolment(thief), grantLimit }),
          store.enrolNode({ ...enrolment(newMember()), grantLimit }),
          store.enrolNode({ ...enrolment(newMember()), grantLimit }),
        ]);
        expect(failed.status).toBe('rejected');
        expect(granted).toMatchObject({ value: { granted: parseCredits('100') } });
        expect(refused).toMatchObject({ value: { granted: 0n } });
      });
    });

    describe('submission', () => {
      it('holds the price, once per id', async () => {
        const task = newTask(requester, 1);
        expect((await store.submitTask(task, 2000)).kind).toBe('accepted');
        expect((await store.submitTask(task, 2001)).kind).toBe('known');
        const balances = await store.balances(requester.accountId);
        expect(parseCredits(balances.escrow)).toBe(task.hold);
        expect(total(balances.balance, balances.escrow)).toBe(parseCredits('100'));
        expect(await store.task(task.taskId)).toMatchObject({ status: 'queued', billStatus: 'held', hold: task.hold });
        expect((await store.task(task.taskId))?.submission).toEqual(task.submission);
      });

      it('refuses the same id with another body or from somebody else', async () => {
        const task = newTask(requester, 1);
        await store.submitTask(task, 2000);
        expect((await store.submitTask({ ...task, bodyHash: 'other' }, 2000)).kind).toBe('mismatch');
        expect((await store.submitTask(newTask(worker, 1), 2000)).kind).toBe('taken');
        expect((await store.balances(worker.accountId)).escrow).toBe('0');
      });

      it('names the balance when it does not cover the price', async () => {
        const task = newTask(requester, 1, { hold: parseCredits('100.000001') });
        expect(await store.submitTask(task, 2000)).toEqual({ kind: 'insufficient', balance: parseCredits('100') });
        expect(await store.task(task.taskId)).toBeUndefined();
      });

      it('refuses parents that are foreign, unknown, stricter or over without an answer', async () => {
        const parent = newTask(requester, 1, { privacy: 'confidential' });
        await store.submitTask(parent, 2000);
        const child = (number: number, parentId: string, member = requester) =>
          newTask(member, number, { parents: [parentId], privacy: 'internal' });
        const refused = async (task: ReturnType<typeof child>) => (await store.submitTask(task, 2000)).kind;
        expect(await refused(child(2, ulidOf(99)))).toBe('parent_unusable');
        expect(await refused(child(3, parent.taskId))).toBe('parent_unusable');
        expect(await refused({ ...child(4, parent.taskId, worker), privacy: 'restricted' })).toBe('parent_unusable');
        await store.finishTask(cancellation(parent.taskId));
        expect(await refused({ ...child(5, parent.taskId), privacy: 'restricted' })).toBe('parent_unusable');
      });
    });

    describe('a task that completes', () => {
      it('pays the node, the fee and the rest in one entry', async () => {
        const { task, taskId, assignmentId } = await running(1, 10);
        const outcome = await store.finishTask(completion(taskId, [acceptedSegment(assignmentId)]));
        const reward = rewardOf({
          tariff: { sizeClass: 'tiny', quality: 'balanced', demandPerMille: 1000n },
          outputTokens: 10,
          promptTokens: 10,
          promptPart: { part: 10, whole: 10 },
          qualityScore: 100,
          level: 'novice',
        });
        expect(outcome).toMatchObject({
          kind: 'finished',
          task: { status: 'completed', billStatus: 'settled', cost: reward + feeOn(reward), fee: feeOn(reward) },
        });
        expect((await store.answer(taskId)).text).toBe('abcdefghij');
        expect(await store.view(taskId)).toMatchObject({
          outputTokens: 10,
          nodeId: worker.nodeId,
          status: 'completed',
        });
        const paid = await store.balances(worker.accountId);
        const left = await store.balances(requester.accountId);
        expect(parseCredits(paid.earned)).toBe(reward);
        expect(total(paid.balance)).toBe(parseCredits('100') + reward);
        expect(parseCredits(left.spent)).toBe(reward + feeOn(reward));
        expect(total(left.balance, left.spent)).toBe(parseCredits('100'));
        expect(left.escrow).toBe('0');
        expect(await store.assignment(assignmentId)).toMatchObject({ status: 'accepted', accepted: true, reward });
        expect((await store.entries(requester.accountId, 0, 10)).entries.map(({ category }) => category)).toEqual([
          'grant',
          'hold',
          'settlement',
        ]);
        expect(parseCredits((await store.view(task.taskId))?.credits ?? '')).toBe(reward + feeOn(reward));
      });

      it('is settled once, whatever is sent again', async () => {
        const { taskId, assignmentId } = await running(1, 10);
        const command = completion(taskId, [acceptedSegment(assignmentId)]);
        await store.finishTask(command);
        const before = [await store.balances(requester.accountId), await store.balances(worker.accountId)];
        expect((await store.finishTask(command)).kind).toBe('already_over');
        expect((await store.finishTask(cancellation(taskId))).kind).toBe('already_over');
        expect([await store.balances(requester.accountId), await store.balances(worker.accountId)]).toEqual(before);
        const late = newChunk(assignmentId, 10, [1]);
        expect(await store.appendChunk(late)).toEqual({ kind: 'over', stored: 10 });
      });

      it('tells both sides in order, with receipts, and again until they acknowledge', async () => {
        const { taskId, assignmentId } = await running(1, 3);
        await store.finishTask(completion(taskId, [acceptedSegment(assignmentId)]));
        expect(await kindsOf(requester)).toEqual([
          'ledger:entry',
          'ledger:entry',
          'task:updated',
          'ledger:entry',
          'task:completed',
        ]);
        expect(await kindsOf(worker)).toEqual([
          'ledger:entry',
          'ledger:entry',
          'earnings:credited',
          'reputation:updated',
        ]);
        const all = await eventsOf(requester);
        const numbers = all.map(({ seq }) => seq);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        for (const { event } of all) expect(SwarmEvent.parse(event)).toEqual(event);
        expect(all.at(-1)?.event).toMatchObject({ text: 'abc', task: { status: 'completed' } });
        store.acknowledgeEvents(nodeStream(requester.nodeId), numbers[2] ?? 0);
        expect(await eventsOf(requester)).toEqual(all.slice(3));
        store = await tested.reopen();
        expect(await eventsOf(requester)).toEqual(all.slice(3));
      });

      it('pays the floor of quality and no less', async () => {
        const { taskId, assignmentId } = await running(1, 60);
        const poor = acceptedSegment(assignmentId, { quality: qualityOf(10) });
        await store.finishTask(completion(taskId, [poor]));
        const { reward } = (await store.assignment(assignmentId)) ?? { reward: 0n };
        expect(reward).toBe(((60n * 5n + 10n) * 50_000n * 125n * 80n) / (5n * 1000n * 100n * 100n));
      });
    });

    describe('a task that is not paid', () => {
      it('gives everything back when nothing was accepted', async () => {
        const { taskId, assignmentId } = await running(1, 10);
        const outcome = await store.finishTask({
          ...completion(taskId, [rejectedSegment(assignmentId)]),
          event: 'fail',
        });
        expect(outcome).toMatchObject({ task: { status: 'failed', billStatus: 'refunded', cost: 0n } });
        expect((await store.answer(taskId)).text).toBe('');
        expect(await store.balances(requester.accountId)).toMatchObject({ balance: '100', escrow: '0', spent: '0' });
        const earning = (await eventsOf(worker)).find(({ event }) => event.type === 'earnings:credited');
        expect(earning?.event).toMatchObject({
          earning: { accepted: false, credits: '0', reason: 'The chain does not fit.' },
        });
      });

      it('ends what nobody judged, and owes at least the prompt after a cancel', async () => {
        const { taskId, assignmentId } = await running(1, 0);
        await store.finishTask(cancellation(taskId, { promptPriceTo: assignmentId }));
        expect((await store.assignment(assignmentId))?.status).toBe('cancelled');
        const { reward } = (await store.assignment(assignmentId)) ?? { reward: 0n };
        expect(reward).toBeGreaterThan(0n);
        expect(parseCredits((await store.balances(worker.accountId)).earned)).toBe(reward);
      });

      it('costs the prompt alone when the request provoked the answer, and keeps it', async () => {
        const { taskId, assignmentId } = await running(1, 10);
        const outcome = await store.finishTask({
          ...completion(taskId, [acceptedSegment(assignmentId)]),
          promptPriceTo: assignmentId,
          onlyPromptPrice: true,
        });
        expect(outcome).toMatchObject({ task: { billStatus: 'settled' } });
        expect((await store.answer(taskId)).text).toBe('abcdefghij');
        expect((await store.assignment(assignmentId))?.reward).toBe(
          (10n * 50_000n * 125n * 100n) / (5n * 1000n * 100n * 100n),
        );
      });

      it('refuses what its state does not allow', async () => {
        const { taskId } = await running(1, 0);
        const task = newTask(requester, 2, { parents: [taskId] });
        await store.submitTask(task, 2000);
        await expect(store.finishTask(completion(task.taskId, []))).rejects.toMatchObject({ code: 'conflict' });
        await expect(store.finishTask(completion(ulidOf(77), []))).rejects.toMatchObject({ code: 'not_found' });
      });
    });

    describe('assignments', () => {
      it('are given out once at a time, within what was put aside', async () => {
        const task = newTask(requester, 1, { highestLevel: 'intermediate' });
        await store.submitTask(task, 2000);
        const first = newAssignment(task.taskId, worker, 501);
        const assign = async (changes: Parameters<typeof newAssignment>[3]) =>
          (await store.assignTask({ ...first, ...changes })).kind;
        expect(await assign({ level: 'expert' })).toBe('conflict');
        expect(await assign({ sizeClass: 'huge' })).toBe('conflict');
        expect(await assign({ accountId: requester.accountId })).toBe('conflict');
        expect(await assign({ taskId: ulidOf(99) })).toBe('conflict');
        expect(await assign({})).toBe('assigned');
        expect(await assign({})).toBe('assigned');
        expect(await assign({ assignmentId: ulidOf(502) })).toBe('conflict');
        expect((await store.task(task.taskId))?.assignments).toBe(1);
      });

      it('continue where the stored answer ends, and share its price', async () => {
        const { taskId, assignmentId } = await running(1, 4);
        const ended = await store.endAssignment({
          assignmentId,
          event: 'lose',
          finish: null,
          reason: 'The connection was lost.',
          failure: true,
          next: 'requeue',
          evidence: { kind: 'failed', weight: 1 },
          now: 3600,
        });
        expect(ended).toMatchObject({ kind: 'ended', task: { status: 'queued', failures: 1, attempt: 0 } });
        const next = await store.assignTask(newAssignment(taskId, requester, 601, { assignedAt: 3700 }));
        expect(next).toMatchObject({ kind: 'assigned', assignment: { startIndex: 4, attempt: 0 } });
        await store.appendChunk(newChunk(ulidOf(601), 0, [4, 5]));
        expect(await store.answer(taskId)).toMatchObject({
          text: 'abcdef',
          ids: [0, 1, 2, 3, 4, 5],
          promptIds: [1, 2, 3],
        });
        expect(await store.answerFrom(taskId, 0, 4)).toEqual({ attempt: 0, from: 4, tokens: 2, text: 'ef' });
        expect(await store.answerFrom(taskId, 0, 6)).toEqual({ attempt: 0, from: 6, tokens: 0, text: '' });
        const segments = [
          acceptedSegment(assignmentId, { event: 'lose', evidence: { kind: 'none' } }),
          acceptedSegment(ulidOf(601)),
        ];
        await store.finishTask(completion(taskId, segments));
        expect(await store.assignment(assignmentId)).toMatchObject({ status: 'lost', accepted: true });
        const [one, two] = (await store.assignmentsOf(taskId)).map(({ reward }) => reward);
        expect((one ?? 0n) - 2n * (two ?? 0n)).toBeLessThanOrEqual(1n);
        expect(two).toBeGreaterThan(0n);
      });

      it('start over without what was stored, and unpaid', async () => {
        const { taskId, assignmentId } = await running(1, 4);
        const command = {
          assignmentId,
          event: 'reject',
          finish: 'eog',
          reason: 'The text only repeats.',
          failure: true,
          next: 'start_over',
          evidence: { kind: 'none' },
          now: 3600,
        } as const;
        expect(await store.endAssignment(command)).toMatchObject({ task: { attempt: 1, status: 'queued' } });
        expect((await store.endAssignment(command)).kind).toBe('already_over');
        expect(await store.answer(taskId)).toMatchObject({ attempt: 1, text: '' });
        const again = await store.assignTask(newAssignment(taskId, worker, 601));
        expect(again).toMatchObject({ assignment: { startIndex: 0, attempt: 1 } });
        await store.appendChunk(newChunk(ulidOf(601), 0, [7]));
        // A caller that names the dropped attempt does not get it paid.
        await store.finishTask(completion(taskId, [acceptedSegment(assignmentId), acceptedSegment(ulidOf(601))]));
        expect(await store.assignment(assignmentId)).toMatchObject({ accepted: false, reward: 0n, status: 'rejected' });
        expect(await store.answerFrom(taskId, 0, 3)).toEqual({ attempt: 1, from: 0, tokens: 1, text: 'h' });
      });

      it('store chunks once, in order, within the limits', async () => {
        const { assignmentId } = await running(1, 0, { maxTokens: 8 });
        expect(await store.appendChunk(newChunk(assignmentId, 0, [1, 2]))).toEqual({ kind: 'stored', stored: 2 });
        expect(await store.appendChunk(newChunk(assignmentId, 0, [1, 2]))).toEqual({ kind: 'known', stored: 2 });
        expect(await store.appendChunk(newChunk(assignmentId, 1, [2, 3]))).toEqual({ kind: 'known', stored: 2 });
        expect(await store.appendChunk(newChunk(assignmentId, 3, [4]))).toEqual({ kind: 'gap', stored: 2 });
        const tooMany = newChunk(assignmentId, 2, [1, 2, 3, 4, 5, 6, 7]);
        await expect(store.appendChunk(tooMany)).rejects.toMatchObject({ code: 'invalid_message' });
        const empty = newChunk(assignmentId, 2, []);
        await expect(store.appendChunk(empty)).rejects.toMatchObject({ field: 'payload.chunks.ids' });
        const unknown = newChunk(ulidOf(99), 0, [1]);
        await expect(store.appendChunk(unknown)).rejects.toMatchObject({ code: 'assignment_unknown' });
        expect(await store.segment(assignmentId)).toMatchObject({ ids: [1, 2], text: 'bc', promptIds: [1, 2, 3] });
        const large = newChunk(assignmentId, 2, [4_294_967_295]);
        await store.appendChunk(large);
        expect((await store.segment(assignmentId))?.ids.at(-1)).toBe(4_294_967_295);
      });

      it('count the ends without a token, but not those that others caused', async () => {
        for (const [number, event] of [
          [1, 'lose'],
          [2, 'cancel'],
          [3, 'hand_over'],
          [4, 'lose'],
          [5, 'hand_over'],
        ] as const) {
          const { assignmentId } = await running(number, event === 'hand_over' ? 2 : 0);
          await store.endAssignment({
            assignmentId,
            event,
            finish: null,
            reason: null,
            failure: false,
            next: 'requeue',
            evidence: { kind: 'none' },
            now: 3600 + number,
          });
        }
        const none = { of: 0, empty: 0, lastAt: null };
        expect(await store.emptyEnds(worker.nodeId, { since: 3600, ofLast: 20 })).toEqual({
          of: 3,
          empty: 2,
          lastAt: 3604,
        });
        expect(await store.emptyEnds(worker.nodeId, { since: 3600, ofLast: 2 })).toEqual({
          of: 2,
          empty: 1,
          lastAt: 3604,
        });
        expect(await store.emptyEnds(worker.nodeId, { since: 3604, ofLast: 20 })).toEqual(none);
        expect(await store.emptyEnds(requester.nodeId, { since: 0, ofLast: 20 })).toEqual(none);
      });
    });

    describe('parents', () => {
      it('let their children go when all are completed', async () => {
        const [one, two] = [await running(1, 3), await running(2, 3)];
        const child = newTask(requester, 3, { parents: [one.taskId, two.taskId] });
        expect(await store.submitTask(child, 2000)).toMatchObject({ task: { status: 'blocked' } });
        const first = await store.finishTask(completion(one.taskId, [acceptedSegment(one.assignmentId)]));
        expect(first).toMatchObject({ unblocked: [] });
        const second = await store.finishTask(completion(two.taskId, [acceptedSegment(two.assignmentId)]));
        expect(second).toMatchObject({ unblocked: [child.taskId] });
        expect(await store.task(child.taskId)).toMatchObject({
          status: 'queued',
          unblockedAt: 4000,
          expiresAt: 4000 + 20_000,
          parents: [one.taskId, two.taskId],
        });
      });

      it('take their descendants along, with the money back', async () => {
        const { taskId } = await running(1, 0);
        const child = newTask(requester, 2, { parents: [taskId] });
        const grandchild = newTask(requester, 3, { parents: [child.taskId] });
        await store.submitTask(child, 2000);
        await store.submitTask(grandchild, 2000);
        const outcome = await store.finishTask({ ...cancellation(taskId), event: 'fail' });
        expect(outcome).toMatchObject({ cancelledDescendants: [child.taskId, grandchild.taskId] });
        expect(await store.task(grandchild.taskId)).toMatchObject({ status: 'cancelled', billStatus: 'refunded' });
        expect(await store.balances(requester.accountId)).toMatchObject({ balance: '100', escrow: '0' });
        expect(await store.openTasks()).toEqual([]);
      });
    });

    describe('welcome tasks', () => {
      const welcome = (number: number): ReturnType<typeof newTask> => ({
        ...newTask({ ...requester, accountId: tested.ownAccount }, number, { welcome: true }),
        requesterNodeId: null,
        onlyNodeId: worker.nodeId,
      });

      it('are paid from the incentives, once, outside reputation', async () => {
        const task = welcome(1);
        expect((await store.submitTask(task, 2000)).kind).toBe('accepted');
        expect((await store.submitTask(welcome(2), 2000)).kind).toBe('taken');
        const other = newAssignment(task.taskId, requester, 501);
        expect((await store.assignTask(other)).kind).toBe('conflict');
        await store.assignTask(newAssignment(task.taskId, worker, 502));
        await store.appendChunk(newChunk(ulidOf(502), 0, [1, 2]));
        await store.finishTask(completion(task.taskId, [acceptedSegment(ulidOf(502))]));
        const earned = (await store.balances(worker.accountId)).earned;
        expect(parseCredits(earned)).toBeGreaterThan(0n);
        expect(await kindsOf(worker)).not.toContain('reputation:updated');
        const own = await store.balances(tested.ownAccount);
        expect(own).toMatchObject({ balance: '0', escrow: '0' });
        expect(own.granted).toBe(own.spent);
        const last = (await store.entries(worker.accountId, 0, 10)).entries.at(-1);
        expect(last).toMatchObject({ category: 'welcome', available: earned });
      });

      it('end when the incentives do', async () => {
        await tested.dispose();
        await begin({ private: true, incentives: 0n });
        expect(await store.submitTask(welcome(1), 2000)).toEqual({ kind: 'insufficient', balance: 0n });
      });
    });

    describe('reputation', () => {
      it('rises with settled work and falls with failures, and is told', async () => {
        const before = (await store.node(worker.nodeId))?.reputation;
        const { taskId, assignmentId } = await running(1, 3);
        await store.finishTask(completion(taskId, [acceptedSegment(assignmentId)]));
        const after = (await store.node(worker.nodeId))?.reputation;
        expect(after?.samples).toEqual({ automated: 1, success: 1, peer: 0 });
        expect(after?.settledForFloor).toBe(1);
        expect(after?.success.a).toBeGreaterThan(before?.success.a ?? 0);
      });

      it('counts at most five settled tasks of one requester towards the floors', async () => {
        for (let number = 1; number <= 7; number += 1) {
          const { taskId, assignmentId } = await running(number, 3);
          await store.finishTask(completion(taskId, [acceptedSegment(assignmentId)]));
        }
        expect((await store.node(worker.nodeId))?.reputation).toMatchObject({ settledForFloor: 5, onTime: 7 });
      });

      it('learns nothing from tasks for own nodes', async () => {
        const { taskId, assignmentId } = await running(1, 3, { audience: 'own', hold: 0n });
        await store.finishTask(completion(taskId, [acceptedSegment(assignmentId)]));
        expect((await store.node(worker.nodeId))?.reputation.onTime).toBe(0);
        expect(await store.task(taskId)).toMatchObject({ billStatus: 'settled', cost: 0n });
        expect((await store.balances(worker.accountId)).earned).toBe('0');
      });
    });

    describe('public swarms', () => {
      const day = 86_400_000;

      it('hold rewards back until forty later tasks and a day, or fourteen days', async () => {
        await tested.dispose();
        await begin({ private: false, incentives: 0n });
        for (let number = 1; number <= 41; number += 1) {
          const { taskId, assignmentId } = await running(number, 3);
          await store.finishTask(completion(taskId, [acceptedSegment(assignmentId)]));
        }
        const all = parseCredits((await store.balances(worker.accountId)).pending);
        expect((await store.balances(worker.accountId)).balance).toBe('100');
        expect(await store.releaseDue(4000 + day - 1)).toBe(0);
        expect(await store.releaseDue(4000 + day)).toBe(1);
        expect(await store.releaseDue(4000 + day)).toBe(0);
        const one = parseCredits((await store.balances(worker.accountId)).balance) - parseCredits('100');
        expect(one * 41n).toBe(all);
        expect(await store.releaseDue(4000 + 14 * day)).toBe(40);
        const after = await store.balances(worker.accountId);
        expect(after.pending).toBe('0');
        expect(parseCredits(after.balance)).toBe(parseCredits('100') + all);
        expect(parseCredits(after.earned)).toBe(all);
      });
    });

    describe('texts', () => {
      it('go when they expire or are forgotten; counts and money stay', async () => {
        const [one, two] = [await running(1, 3), await running(2, 3)];
        await store.finishTask(completion(one.taskId, [acceptedSegment(one.assignmentId)]));
        await store.finishTask({ ...completion(two.taskId, [acceptedSegment(two.assignmentId)]), now: 9000 });
        expect(await store.expireTexts(9000)).toBe(1);
        expect(await store.expireTexts(9000)).toBe(0);
        expect(await store.task(one.taskId)).toMatchObject({ submission: null, status: 'completed' });
        expect(await store.segment(one.assignmentId)).toMatchObject({ ids: [], text: '', promptIds: [] });
        expect((await store.view(one.taskId))?.outputTokens).toBe(3);
        expect((await store.answer(two.taskId)).text).toBe('abc');
        await store.forgetText(two.taskId);
        expect((await store.answer(two.taskId)).text).toBe('');
        const completed = (await eventsOf(requester)).findLast(({ event }) => event.type === 'task:completed');
        expect(completed?.event).toMatchObject({ text: '' });
      });
    });

    describe('reading', () => {
      it('lists tasks newest first and the ledger oldest first, page by page', async () => {
        // The first two at one moment, on both sides of a page's end.
        for (const number of [1, 2, 3]) {
          await store.submitTask(newTask(requester, number, { createdAt: number === 3 ? 2001 : 2000 }), 2000);
        }
        const page = await store.tasksOf(requester.accountId, { limit: 2, before: null });
        expect(page.map(({ taskId }) => taskId)).toEqual([ulidOf(3), ulidOf(2)]);
        const rest = await store.tasksOf(requester.accountId, { limit: 2, before: page.at(-1) ?? null });
        expect(rest.map(({ taskId }) => taskId)).toEqual([ulidOf(1)]);
        const first = await store.entries(requester.accountId, 0, 2);
        expect(first).toMatchObject({ more: true });
        const next = await store.entries(requester.accountId, first.entries.at(-1)?.entryId ?? 0, 10);
        expect([...first.entries, ...next.entries].map(({ category }) => category)).toEqual([
          'grant',
          'hold',
          'hold',
          'hold',
        ]);
        expect(next.more).toBe(false);
      });

      it('gives after a restart what it gave before', async () => {
        const { taskId, assignmentId } = await running(1, 5);
        await store.recordAudit({ at: 1, actor: 'a', action: 'b', subject: 'c', outcome: 'd' });
        const read = async () => [
          await store.task(taskId),
          await store.view(taskId),
          await store.assignment(assignmentId),
          await store.answer(taskId),
          await store.openTasks(),
          await store.balances(requester.accountId),
          await eventsOf(requester),
        ];
        const before = await read();
        store = await tested.reopen();
        expect(await read()).toEqual(before);
      });

      it('never uses the number of an event again, also when all were delivered and deleted', async () => {
        const last = (await eventsOf(worker)).at(-1)?.seq ?? 0;
        expect(last).toBeGreaterThan(0);
        for (const member of [requester, worker]) store.acknowledgeEvents(nodeStream(member.nodeId), last);
        store = await tested.reopen();
        expect(await eventsOf(worker)).toEqual([]);
        await store.announce(worker.nodeId, { type: 'system:announcement', level: 'info', text: 'Hello' }, 1);
        expect((await eventsOf(worker)).map(({ seq }) => seq > last)).toEqual([true]);
      });

      it('announces after the commit which streams have news', async () => {
        const heard: string[][] = [];
        store.onEvents((streams) => heard.push([...streams]));
        await store.announce(worker.nodeId, { type: 'system:announcement', level: 'info', text: 'Hello' }, 1);
        await store.announce('node_unknown', { type: 'system:announcement', level: 'info', text: 'Hello' }, 1);
        expect(heard).toEqual([[nodeStream(worker.nodeId)]]);
      });
    });
  });
}
