import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDriver } from '#test/helpers/storageDriver.ts';
import { databaseFile } from '#coordinator/storage/sqlite/schema.ts';
import { type LedgerReport, verifyLedger } from '#coordinator/audit/verifyLedger.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import {
  acceptedSegment,
  completion,
  enrolment,
  newAssignment,
  newChunk,
  newMember,
  newTask,
  ulidOf,
} from '#test/helpers/storeCommands.ts';

describe('verifyLedger', () => {
  let folder: string;
  let other: string;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-verify-'));
    other = mkdtempSync(path.join(tmpdir(), 'open-swarm-verify-'));
    const signingKey = createSigningKey();
    const swarmId = keyId('swm', signingKey.publicKey);
    const swarm = { folder, clock: systemClock, swarmId, signingKey, private: true, incentives: 5_000_000n };
    const store = openDriver(swarm);
    const [requester, worker] = [newMember(), newMember()];
    await store.enrolNode(enrolment(requester));
    await store.enrolNode(enrolment(worker));
    for (const number of [1, 2, 3]) {
      const task = newTask(requester, number);
      await store.submitTask(task, 2000);
      const assignmentId = ulidOf(500 + number);
      await store.assignTask(newAssignment(task.taskId, worker, 500 + number));
      await store.appendChunk(newChunk(assignmentId, 0, [1, 2, 3]));
      // The last one stays open.
      if (number < 3) await store.finishTask(completion(task.taskId, [acceptedSegment(assignmentId)]));
    }
    for (const action of ['enrol', 'revoke']) {
      await store.recordAudit({ at: 1, actor: 'acc', action, subject: 'node', outcome: 'ok' });
    }
    // What a killed server leaves: a log that was never written back.
    for (const name of [databaseFile, `${databaseFile}-wal`])
      copyFileSync(path.join(folder, name), path.join(other, name));
    await store.close();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(other, { recursive: true, force: true });
  });

  const damage = (sql: string): LedgerReport => {
    const database = new Database(path.join(folder, databaseFile));
    database.pragma('foreign_keys = OFF');
    database.pragma('ignore_check_constraints = ON');
    database.exec(sql);
    database.close();
    return verifyLedger(folder);
  };

  it('agrees with what the writer wrote', () => {
    expect(verifyLedger(folder)).toEqual({
      entries: 8,
      tasks: 3,
      sum: '0',
      paidTwice: 0,
      heldForFinished: 0,
      brokenLinks: 0,
      ok: true,
      problems: [],
    });
  });

  it('reads what a killed server left, and changes nothing in the folder', () => {
    const before = readdirSync(other).map((name) => [name, readFileSync(path.join(other, name))]);
    expect(readFileSync(path.join(other, `${databaseFile}-wal`)).length).toBeGreaterThan(0);
    expect(verifyLedger(other)).toMatchObject({ entries: 8, tasks: 3, ok: true });
    expect(readdirSync(other).map((name) => [name, readFileSync(path.join(other, name))])).toEqual(before);
  });

  it('leaves nothing behind', () => {
    const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith('open-swarm-verify-')).length;
    const before = copies();
    verifyLedger(folder);
    expect(copies()).toBe(before);
  });

  it('counts a changed entry as a broken link', () => {
    const report = damage(`UPDATE entries SET category = 'correction' WHERE entry_id = 4`);
    expect(report).toMatchObject({ brokenLinks: 1, ok: false, sum: '0' });
    expect(report.problems[0]).toContain('entry 4');
  });

  it('counts a removed entry', () => {
    expect(damage('DELETE FROM legs WHERE entry_id = 2; DELETE FROM entries WHERE entry_id = 2')).toMatchObject({
      brokenLinks: 1,
      ok: false,
    });
  });

  it('finds money from nowhere', () => {
    const report = damage(`UPDATE legs SET amount = amount + 1000000 WHERE entry_id = 2 AND part = 'available'`);
    expect(report).toMatchObject({ sum: '1', brokenLinks: 1, ok: false });
  });

  it('finds a task that is paid twice', () => {
    const report = damage(`
      INSERT INTO entries SELECT entry_id + 100, chain, at, category, reference || 'x', task_id, node_id, price_version, hash
        FROM entries WHERE reference = 'end:${ulidOf(1)}';
      INSERT INTO legs SELECT entry_id + 100, leg, owner, part, amount, assignment_id, legs.node_id, counts
        FROM legs JOIN entries USING (entry_id) WHERE reference = 'end:${ulidOf(1)}'`);
    expect(report.ok).toBe(false);
    // The task and its assignment.
    expect(report.paidTwice).toBe(2);
    expect(report.problems).toContain(`task ${ulidOf(1)} was paid more than once`);
  });

  it('finds positions of an answer that are paid twice', () => {
    const report = damage(`
      INSERT INTO assignments SELECT '${ulidOf(900)}', task_id, kind, attempt, node_id, account_id, status, model_digest,
        model_name, size_class, level, 1, sampler, seed, stored, chain, last_signature, finish, reason, accepted,
        estimate_ms, assigned_at, ended_at, 1, reward_status, settled_at, settled_number, shape
        FROM assignments WHERE assignment_id = '${ulidOf(501)}';
      UPDATE legs SET amount = amount - 1 WHERE assignment_id = '${ulidOf(501)}';
      INSERT INTO legs SELECT entry_id, 90, owner, part, 1, '${ulidOf(900)}', node_id, counts FROM legs
        WHERE assignment_id = '${ulidOf(501)}'`);
    expect(report).toMatchObject({ paidTwice: 1, sum: '0', ok: false });
    expect(report.problems).toContain(`a part of the answer of task ${ulidOf(1)} was paid more than once`);
  });

  it('finds money that is held for a finished task', () => {
    const report = damage(`UPDATE tasks SET status = 'completed' WHERE task_id = '${ulidOf(3)}'`);
    expect(report).toMatchObject({ heldForFinished: 1, ok: false });
  });

  it.each([
    ['a hold that is too small', `UPDATE tasks SET hold = hold + 1 WHERE task_id = '${ulidOf(3)}'`, 'is open, but'],
    ['a cost that was never paid', `UPDATE tasks SET cost = cost + 1 WHERE task_id = '${ulidOf(1)}'`, 'cost'],
    ['a reward that was never paid', `UPDATE assignments SET reward = 1 WHERE reward > 0`, 'earned'],
    ['a balance that differs', `UPDATE user_balances SET available = available + 1`, 'is stored as'],
    ['a total that differs', `UPDATE user_balances SET earned = earned + 1`, 'earned of'],
    ['a balance of the swarm that differs', `UPDATE system_balances SET amount = 1 WHERE account = 'burn'`, 'burn'],
    ['an account without a balance', `DELETE FROM user_balances`, 'has no stored balance'],
    ['a task that is gone', `DELETE FROM tasks WHERE task_id = '${ulidOf(2)}'`, 'does not exist'],
    ['a negative account', `UPDATE legs SET owner = 'burn' WHERE owner = 'issuance'`, 'burn was negative'],
  ])('finds %s', (_, sql, problem) => {
    const report = damage(sql);
    expect(report.ok).toBe(false);
    expect(report.problems.join('\n')).toContain(problem);
  });

  it('finds altered audit lines and receipts', () => {
    expect(damage(`UPDATE audit SET outcome = 'refused' WHERE line_id = 1`)).toMatchObject({
      brokenLinks: 1,
      ok: false,
    });
    expect(damage(`UPDATE commits SET tree = zeroblob(length(tree)) WHERE commit_id = 2`)).toMatchObject({
      brokenLinks: 2,
    });
  });

  it('believes no receipt without the coordinator’s key', () => {
    const report = damage(`DELETE FROM meta WHERE key = 'publicKey'`);
    expect(report.ok).toBe(false);
    expect(report.problems[0]).toContain('the receipts of commit 1');
  });

  it('says when there is nothing to read, or nothing readable', () => {
    expect(() => verifyLedger(path.join(folder, 'nowhere'))).toThrow(expect.objectContaining({ code: 'not_found' }));
    writeFileSync(path.join(folder, databaseFile), Buffer.alloc(8192, 'x'));
    rmSync(path.join(folder, `${databaseFile}-wal`), { force: true });
    expect(() => verifyLedger(folder)).toThrow(expect.objectContaining({ code: 'storage_damaged' }));
  });
});
