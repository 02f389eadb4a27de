import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { FinishTask } from '#coordinator/books/commands/finishTask.ts';
import { type StorageDriver, openDriver } from '#test/helpers/storageDriver.ts';
import { verifyLedger } from '#coordinator/audit/verifyLedger.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { isTaskOver } from '#shared/domain/tasks/task.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import {
  type Member,
  acceptedSegment,
  cancellation,
  enrolment,
  newAssignment,
  newChunk,
  newMember,
  newTask,
  qualityOf,
  rejectedSegment,
  ulidOf,
} from '#test/helpers/storeCommands.ts';

const members: readonly Member[] = Array.from({ length: 3 }, newMember);
const signingKey = createSigningKey();
const swarmId = keyId('swm', signingKey.publicKey);
const ownAccount = keyId('acc', signingKey.publicKey);

const taskCount = 5;
const slots = 3;
const task = fc.nat(taskCount - 1);
const slot = fc.nat(slots - 1);
const member = fc.nat(members.length - 1);

/** Commands as anybody could send them, in any order, sensible or not. */
const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      task,
      member,
      welcome: fc.nat(4).map((number) => number === 0),
      parent: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: task }),
      large: fc.nat(4).map((number) => number === 0),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('assign' as const), task, slot, member }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('chunk' as const),
      task,
      slot,
      // From where the stored answer ends, or beside it.
      shift: fc.constantFrom(0, 0, 0, -2, 1),
      count: fc.integer({ min: 0, max: 20 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      task,
      slot,
      event: fc.constantFrom('lose' as const, 'hand_over' as const, 'reject' as const, 'supersede' as const),
      next: fc.constantFrom('requeue' as const, 'requeue' as const, 'start_over' as const, 'none' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      task,
      event: fc.constantFrom('complete' as const, 'complete' as const, 'fail' as const, 'cancel' as const),
      judged: fc.array(fc.record({ accepted: fc.boolean(), score: fc.nat(100) }), { minLength: 1, maxLength: slots }),
      promptPriceTo: fc.option(slot),
      onlyPromptPrice: fc.nat(4).map((number) => number === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), days: fc.nat(20) }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

const assignmentId = (taskNumber: number, slotNumber: number): string => ulidOf(1000 + taskNumber * slots + slotNumber);
const nobody: Member = { accountId: '', accountKey: '', nodeId: '', nodeKey: '' };

/** The command as it stands now: sending it again sends the same. */
async function prepare(store: StorageDriver, given: Command, now: number): Promise<() => Promise<unknown>> {
  const chosen = 'member' in given ? (members[given.member] ?? nobody) : nobody;
  switch (given.kind) {
    case 'submit': {
      const hold = given.large ? { hold: parseCredits('70') } : {};
      const parents = given.parent === null ? [] : [ulidOf(given.parent)];
      const plain = newTask(chosen, given.task, { ...hold, parents, createdAt: now });
      const welcome = { requesterNodeId: null, welcome: true, onlyNodeId: chosen.nodeId, accountId: ownAccount };
      return () => store.submitTask(given.welcome ? { ...plain, ...welcome } : plain, now);
    }
    case 'assign': {
      const id = 1000 + given.task * slots + given.slot;
      return () => store.assignTask(newAssignment(ulidOf(given.task), chosen, id, { assignedAt: now }));
    }
    case 'chunk': {
      const id = assignmentId(given.task, given.slot);
      const from = Math.max(0, ((await store.assignment(id))?.stored ?? 0) + given.shift);
      const ids = Array.from({ length: given.count }, (_, index) => from + index);
      return () => store.appendChunk(newChunk(id, from, ids));
    }
    case 'end':
      return () =>
        store.endAssignment({
          assignmentId: assignmentId(given.task, given.slot),
          event: given.event,
          finish: null,
          reason: null,
          failure: given.event !== 'hand_over',
          next: given.next,
          evidence: { kind: 'failed', weight: 1 },
          now,
        });
    case 'finish':
      return () => store.finishTask(finish(given, now));
    case 'release':
      return () => store.releaseDue(now + given.days * 86_400_000);
  }
}

function finish(given: Extract<Command, { kind: 'finish' }>, now: number): FinishTask {
  const segments = given.judged.map(({ accepted, score }, index) => {
    const id = assignmentId(given.task, index);
    return accepted ? acceptedSegment(id, { quality: qualityOf(score) }) : rejectedSegment(id);
  });
  const { event, onlyPromptPrice } = given;
  const promptPriceTo = given.promptPriceTo === null ? null : assignmentId(given.task, given.promptPriceTo);
  return cancellation(ulidOf(given.task), { event, segments, promptPriceTo, onlyPromptPrice, now });
}

interface Books {
  balances: unknown[];
  tasks: unknown[];
}

async function booksOf(store: StorageDriver): Promise<Books> {
  const accounts = [...members.map(({ accountId }) => accountId), ownAccount];
  return {
    balances: await Promise.all(accounts.map((accountId) => store.balances(accountId))),
    tasks: await Promise.all(Array.from({ length: taskCount }, (_, number) => store.view(ulidOf(number)))),
  };
}

/** Balance + pending + escrow + stake = granted + earned − spent − withdrawn; nothing is negative (rules 6.9). */
async function checkBooks(store: StorageDriver): Promise<void> {
  for (const accountId of [...members.map((one) => one.accountId), ownAccount]) {
    const balances = await store.balances(accountId);
    const [has, escrow, stake, pending] = [balances.balance, balances.escrow, balances.stake, balances.pending].map(
      parseCredits,
    );
    for (const part of [has, escrow, stake, pending]) expect(part).toBeGreaterThanOrEqual(0n);
    const should =
      parseCredits(balances.granted) +
      parseCredits(balances.earned) -
      parseCredits(balances.spent) -
      parseCredits(balances.withdrawn);
    expect((has ?? 0n) + (escrow ?? 0n) + (stake ?? 0n) + (pending ?? 0n)).toBe(should);
  }
  for (let number = 0; number < taskCount; number += 1) {
    const stored = await store.task(ulidOf(number));
    if (stored === undefined) continue;
    expect(stored.billStatus === 'held').toBe(!isTaskOver(stored.status));
    expect(stored.cost <= stored.hold).toBe(true);
    const rewards = (await store.assignmentsOf(stored.taskId)).reduce((sum, { reward }) => sum + reward, 0n);
    expect(rewards + stored.fee).toBe(stored.cost);
  }
}

async function outcomeOf(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    (value) => (typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : 'done'),
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

/** What may come of a command that is sent a second time: nothing moves. */
const repeated = /^(known|taken|mismatch|insufficient|parent_unusable|assigned|conflict|gap|over|already_over|done)$/;
const refused = /^(not_found|conflict|assignment_unknown|invalid_message)$/;

const reached = [
  'submit accepted',
  'submit insufficient',
  'submit taken',
  'assign assigned',
  'assign conflict',
  'chunk stored',
  'chunk known',
  'chunk gap',
  'chunk over',
  'end ended',
  'end already_over',
  'finish finished',
  'finish already_over',
];

describe('the store, whatever is sent to it', () => {
  it('keeps its books in any order of commands, each sent twice, through restarts', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.record({ isPrivate: fc.boolean(), isFar: fc.boolean() }),
        fc.array(command, { minLength: 40, maxLength: 120, size: 'max' }),
        fc.integer({ min: 5, max: 25 }),
        (swarm, commands, every) => playCommands(seen, swarm, commands, every),
      ),
      // The same commands every time, so that what they reach can be asserted.
      { numRuns: 20, seed: 7 },
    );
    // The commands reached every kind of outcome: a run in which nothing happens proves nothing.
    expect([...seen.keys()]).toEqual(expect.arrayContaining(reached));
  });
});

async function playCommands(
  seen: Map<string, number>,
  { isPrivate, isFar }: { isPrivate: boolean; isFar: boolean },
  commands: Command[],
  every: number,
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-rules-'));
  const clock = new ManualClock();
  const swarm = { folder, clock, swarmId, signingKey, private: isPrivate, incentives: parseCredits('2') };
  // Nothing is remembered between commits, so that every rule runs over rows that were just loaded.
  const distance = { remembered: 0, load: async (load: () => void) => load() };
  const open = (): StorageDriver => openDriver({ ...swarm, ...(isFar ? { distance } : {}) });
  let store = open();
  const started = [0, 1, 2].flatMap((number): Command[] => [
    { kind: 'submit', task: number, member: number % 2, welcome: false, parent: null, large: false },
    { kind: 'assign', task: number, slot: 0, member: 2 },
  ]);
  try {
    // Two with credits, one without.
    for (const [index, one] of members.entries()) await store.enrolNode(enrolment(one, index === 2 ? '0' : '100'));
    for (const [index, given] of [...started, ...commands].entries()) {
      const now = 10_000 + index * 1000;
      const send = await prepare(store, given, now);
      const first = await outcomeOf(send());
      seen.set(`${given.kind} ${first}`, (seen.get(`${given.kind} ${first}`) ?? 0) + 1);
      const after = await booksOf(store);
      const second = await outcomeOf(send());
      expect(second).toMatch(new RegExp(`${repeated.source}|${refused.source}`));
      // A release may find more that is due; everything else changes nothing the second time.
      expect(await booksOf(store)).toEqual(after);
      expect(refused.test(first) && second !== first).toBe(false);
      await checkBooks(store);
      if (index % every === 0) {
        await store.close();
        store = open();
      }
      // The same books, also when they were just opened again.
      expect(await booksOf(store)).toEqual(after);
    }
    expect(verifyLedger(folder)).toMatchObject({ ok: true, sum: '0', problems: [] });
    await store.close();
    expect(verifyLedger(folder)).toMatchObject({ ok: true, sum: '0', problems: [] });
  } finally {
    await store.close().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}
