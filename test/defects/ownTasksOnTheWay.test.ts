import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { Submissions, type SubmissionsOptions } from '#engine/requests/Submissions.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import { settle } from '#test/helpers/ManualClock.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

let folder: string;
let coordinator: TestCoordinator;
let asker: TestEngine;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-way-'));
  coordinator = new TestCoordinator({ folder });
  await coordinator.start();
  // Nobody serves: the tasks wait.
  asker = await new TestEngine({ coordinator, inference: openPool(), models: [] }).start();
});
afterEach(async () => {
  await asker.stop();
  await coordinator.stop();
  asker.remove();
  rmSync(folder, { recursive: true, force: true });
});

const shown = (): string[] => asker.engine.slice('tasks').map(({ taskId }) => taskId);

describe('an own task', () => {
  test('with half of a character is refused, not sent for ever', async () => {
    const content = 'x\uD83D';
    await expect(asker.submit({ messages: [{ role: 'user', content }] })).rejects.toThrow(/well-formed/);
    expect(shown()).toEqual([]);
  });

  test.each([
    ['many bytes', 'あ'.repeat(100_000)],
    ['many bytes as JSON', '\u0001'.repeat(200_000)],
  ])('that is too large for a message is refused and leaves the connection alone: %s', async (_, content) => {
    await expect(asker.submit({ messages: [{ role: 'user', content }] })).rejects.toMatchObject({
      code: 'message_too_large',
      field: 'submission.messages',
    });
    expect(shown()).toEqual([]);
    expect(asker.engine.slice('swarm').connection.state).toBe('connected');
  });

  test('keeps its text until it is over', async () => {
    const taskId = await asker.submit();
    await expect(asker.engine.handlers['task.forget']({ taskId })).rejects.toMatchObject({ code: 'conflict' });
    const detail = await asker.engine.handlers['task.get']({ taskId });
    expect(detail.submission).not.toBeNull();
  });

  test('goes on when its swarm is joined once more', async () => {
    const taskId = await asker.submit();
    await asker.engine.join({ address: coordinator.address, secret: coordinator.secret });
    await asker.connected();
    await until(() => shown().includes(taskId), 'it is there again');
    expect(await coordinator.storage.queries.task(taskId)).toMatchObject({ status: 'queued' });
  });
});

test('a cancel waits for the answer to its submission, since the coordinator may not know the task before', async () => {
  const store = openEngineStore({ file: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  const answered = Promise.withResolvers<Asked<'task:submit'>>();
  const asked: string[] = [];
  const away = { code: 'not_connected', message: 'There is no connection.' } as const;
  const submissions = new Submissions({
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    store,
    swarmId: () => `swm_${'a'.repeat(32)}`,
    connected: () => true,
    reconnect: () => {},
    ask: (async (type: string) => {
      asked.push(type);
      return type === 'task:submit' ? answered.promise : { ok: false, error: away };
    }) as SubmissionsOptions['ask'],
    emit: () => {},
    onChange: () => {},
  });
  const messages = [{ role: 'user' as const, content: 'hi' }];
  const submission = Submission.parse({ type: 'chat', messages, maxTokens: 8, deadlineMs: 10_000 });
  const submitting = submissions.submit(submission, { detach: false });
  await until(() => submissions.open.length === 1 && asked.length === 1, 'it is on its way');
  const [{ taskId } = { taskId: '' }] = submissions.open;
  const cancelling = submissions.cancel(taskId);
  await settle();
  expect(asked).toEqual(['task:submit']);
  answered.resolve({ ok: true, payload: {} } as Asked<'task:submit'>);
  await submitting;
  await cancelling;
  expect(asked).toContain('task:cancel');
});
