import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { restingInference } from '#engine/ports/inference/Inference.ts';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

// Workers start slowly on a busy machine; nothing here waits longer than it must.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let folder: string;
let coordinator: TestCoordinator;
let pool: InferencePool;
let node: TestEngine;
let asker: TestEngine;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-faults-'));
  coordinator = new TestCoordinator({ folder });
  await coordinator.start();
  pool = openPool();
  node = await new TestEngine({ coordinator, inference: pool }).start();
  asker = await new TestEngine({ coordinator, inference: restingInference, models: [] }).start();
  await node.serving();
});

afterEach(async () => {
  await asker.stop();
  await node.stop();
  await pool.dispose();
  await coordinator.stop();
  for (const engine of [asker, node]) engine.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Every credit in the books of both sides is where the coordinator says it is, to the micro-credit. */
async function booksAgree(): Promise<void> {
  const { rows } = await asker.engine.handlers['task.list']({ role: 'requester', limit: 500, offset: 0 });
  const details = await Promise.all(rows.map(({ taskId }) => asker.engine.handlers['task.get']({ taskId })));
  const fees = details.reduce((sum, { fee }) => sum + micro(fee), 0);
  // The node hears of a settlement by an event of its own, which may come later.
  await until(() => {
    const spent = asker.engine.slice('money').balances?.spent;
    const earned = node.engine.slice('money').balances?.earned;
    return micro(spent) === micro(earned) + fees;
  }, 'what was spent is what was earned and the fees');
  for (const { engine } of [asker, node]) {
    await until(() => engine.slice('money').agreement?.agrees === true, 'the books agree');
  }
}

function micro(credits: string | undefined): number {
  return Math.round(Number(credits) * 1e6);
}

describe('work goes on', () => {
  test('ten tasks at once stream from one node and are all paid', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => asker.submit({ maxTokens: 48 })));
    const details = await Promise.all(ids.map((taskId) => asker.finished(taskId)));
    expect(details.map((detail) => detail.status)).toEqual(ids.map(() => 'completed'));
    expect(details.every((detail) => (detail.output ?? '') !== '')).toBe(true);
    await booksAgree();
  });

  test('a killed worker: the answer goes on as a new assignment', async () => {
    // The starter model may be done before the signal reaches its worker; then another answer is tried.
    let assignments = 0;
    for (let attempt = 0; attempt < 10 && assignments < 2; attempt += 1) {
      const taskId = await asker.midway();
      for (const pid of pool.workerPids()) process.kill(pid, 'SIGKILL');
      const detail = await asker.finished(taskId);
      expect(detail.status).toBe('completed');
      assignments = detail.timeline.filter((step) => step.step === 'assigned').length;
    }
    expect(assignments).toBeGreaterThan(1);
    await booksAgree();
  });

  test('a coordinator that stops and starts again: the task completes, nothing is paid twice', async () => {
    const taskId = await asker.midway();
    await coordinator.stop();
    await until(() => node.engine.slice('swarm').connection.state === 'offline', 'offline');
    expect(node.engine.slice('contribution').state).toBe('offline');
    await coordinator.start();
    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('completed');
    await booksAgree();
  });

  test('a lost connection in the middle loses no token and repeats none', async () => {
    const taskId = await asker.midway();
    coordinator.cut();
    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('completed');
    const text = asker.events
      .flatMap((event) => (event.name === 'task:frame' && event.payload.taskId === taskId ? [event.payload.text] : []))
      .join('');
    expect(text).toBe(detail.output);
    await booksAgree();
  });

  test('a node whose engine dies and starts again delivers what it had', async () => {
    const taskId = await asker.midway();
    const home = await node.die();
    node = await new TestEngine({ coordinator, inference: pool, home }).start();
    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('completed');
    await booksAgree();
  });
});

describe('the owner decides', () => {
  test('cancelling ends the task and pays what arrived', async () => {
    const taskId = await asker.midway();
    await asker.engine.handlers['task.cancel']({ taskId });
    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('cancelled');
    expect(detail.output).not.toBe('');
    await until(() => node.engine.slice('tasks').length === 0, 'the node stopped');
    await booksAgree();
  });

  test('cancelling without a connection is remembered', async () => {
    await node.engine.handlers['contribution.set']({ on: false });
    const taskId = await asker.submit();
    await coordinator.stop();
    await asker.engine.handlers['task.cancel']({ taskId });
    await coordinator.start();
    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('cancelled');
  });

  test('pausing hands the task over and takes nothing new; resuming finishes it', async () => {
    const taskId = await asker.midway();
    await node.engine.handlers['contribution.pause']({ forMs: null });
    await until(() => node.engine.slice('tasks').length === 0, 'the node stopped');
    expect(node.engine.slice('contribution').reason.code).toBe('paused');
    await node.engine.handlers['contribution.resume']({});
    const detail = await asker.finished(taskId);
    expect(detail.status).toBe('completed');
    await booksAgree();
  });

  test('switched off, the own machine still runs the own tasks of its private swarm, and nobody else does', async () => {
    await node.engine.handlers['contribution.set']({ on: false });
    const foreign = await asker.submit();
    const own = await node.submit();
    expect((await node.finished(own)).status).toBe('completed');
    expect(asker.store.ownTasks.get(asker.swarmId, foreign)?.status).toBe('queued');
    expect(node.engine.slice('contribution').reason.code).toBe('switched_off');
    await node.engine.handlers['contribution.set']({ on: true });
    expect((await asker.finished(foreign)).status).toBe('completed');
  });

  test('leaving cancels own running tasks; what arrived is kept and paid', async () => {
    const { swarmId } = asker;
    const taskId = await asker.midway();
    await asker.engine.handlers['swarm.leave']({});
    const kept = asker.store.ownTasks.get(swarmId, taskId);
    expect(kept).toMatchObject({ over: true, status: 'cancelled' });
    await asker.engine.join({ address: coordinator.address, secret: coordinator.secret });
    await asker.connected();
    await asker.finished(taskId);
    expect(asker.store.ownTasks.get(swarmId, taskId)?.outputTokens).toBeGreaterThan(0);
    await booksAgree();
  });

  test('leaving keeps the history, joining again goes on with the same books', async () => {
    const taskId = await asker.submit();
    await asker.finished(taskId);
    const { address, secret } = coordinator;
    await asker.engine.handlers['swarm.leave']({});
    expect(asker.engine.slice('contribution').state).toBe('no_swarm');
    const { total } = await asker.engine.handlers['task.list']({ limit: 10, offset: 0 });
    expect(total).toBe(1);
    await asker.engine.join({ address, secret });
    await asker.connected();
    await asker.finished(await asker.submit());
    await booksAgree();
  });
});
