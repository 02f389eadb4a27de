import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskRow } from '#shared/api/history.ts';
import { isTaskOver, type SubmissionInput, TaskStatus } from '#shared/domain/tasks/task.ts';
import { callEngine } from '#test/helpers/callEngine.ts';
import {
  commandOf,
  descendants,
  enginePid,
  isAlive,
  newHome,
  openSwarm,
  removeHome,
  RunningCommand,
  until,
} from '#test/helpers/openSwarmCommand.ts';
import { seedOfRun } from '#test/helpers/seedOfRun.ts';
import { booksOf, linesOf, type Line } from '#test/integration/product/scriptLines.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';

const victims = ['worker', 'engine', 'coordinator'] as const;
type Victim = (typeof victims)[number];

const usualRounds = process.env['OPEN_SWARM_LONG'] === '1' ? 90 : 6;
const rounds = Number(process.env['OPEN_SWARM_KILLS'] ?? usualRounds);
const random = new SeededRandom(seedOfRun);
const home = newHome('kill');
const acknowledged: string[] = [];
let engine: RunningCommand;

const ask = (...args: string[]): Promise<Line[]> => linesOf(['--home', home, '--json'], args);

async function startEngine(): Promise<void> {
  const args = ['start', '--headless', '--private-swarm', '--json', '--home', home];
  engine = new RunningCommand(args);
  await engine.event('ready');
}

beforeAll(startEngine);
afterAll(async () => {
  await engine.stop();
  removeHome(home);
});

function submission(index: number): SubmissionInput {
  return {
    type: 'code_completion',
    messages: [{ role: 'user', content: `function f${index}(list) {` }],
    maxTokens: random.between(60, 250),
    deadlineMs: 120_000,
  };
}

/** Submits a few tasks one after the other; what was acknowledged must never be lost. */
async function submitSome(): Promise<void> {
  for (let index = 0; index < 4; index += 1) {
    try {
      const { taskId } = await callEngine(home, 'task.submit', { submission: submission(index) });
      acknowledged.push(taskId);
    } catch {
      // Not acknowledged: the engine or the coordinator is down at this moment.
      await wait(100);
    }
  }
}

function findVictim(victim: Victim): number | undefined {
  const pid = enginePid(home);
  if (victim === 'engine') return pid;
  const mark = victim === 'worker' ? /inference-worker|worker\.js/ : /src-coordinator|coordinator\.js/;
  return descendants(pid).find((child) => mark.test(commandOf(child)));
}

async function kill(victim: Victim): Promise<void> {
  let pid: number | undefined;
  await until(`there is a ${victim}`, () => (pid = findVictim(victim)) !== undefined);
  const family = [enginePid(home), ...descendants(enginePid(home))];
  // Never 0: that would be this process and all its relatives.
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  if (victim !== 'engine') return;
  await engine.ended;
  await until('no orphan stays', () => family.every((member) => !isAlive(member)));
  await startEngine();
}

async function requestedTasks(): Promise<Map<string, TaskRow>> {
  const { rows } = await callEngine(home, 'task.list', { role: 'requester', limit: 100_000 });
  return new Map(rows.map((row) => [row.taskId, row]));
}

describe('kill -9 at any moment', () => {
  it.each(Array.from({ length: rounds }, (_, round) => [round, victims[round % victims.length] as Victim] as const))(
    'round %i: the %s',
    async (_, victim) => {
      const delay = random.between(0, 900);
      const killing = wait(delay).then(() => kill(victim));
      await submitSome();
      await killing;
      await until(
        'every acknowledged task is over',
        async () => {
          const tasks = await requestedTasks();
          return acknowledged.every((taskId) => isTaskOver(TaskStatus.parse(tasks.get(taskId)?.status)));
        },
        110_000,
      );
      expect(await requestedTasks()).toSatisfy((tasks: Map<string, TaskRow>) =>
        acknowledged.every((id) => tasks.has(id)),
      );
    },
    150_000,
  );

  it('lost none, finished them honestly, and paid none twice', async () => {
    expect(acknowledged.length).toBeGreaterThan(rounds * 2);
    // What was stored but not acknowledged when somebody died is sent again, and may still be under way.
    await until(
      'every stored task is over',
      async () => [...(await requestedTasks()).values()].every((task) => isTaskOver(TaskStatus.parse(task.status))),
      110_000,
    );
    const tasks = await requestedTasks();
    const statuses = acknowledged.map((taskId) => tasks.get(taskId)?.status);
    expect(statuses.every((status) => status === 'completed' || status === 'failed')).toBe(true);
    // Killing one process now and then must not make most tasks fail.
    expect(statuses.filter((status) => status === 'completed').length).toBeGreaterThan(statuses.length * 0.7);
    const { escrow } = await booksOf(ask);
    expect(escrow).toBe(0n);
    const { lines } = await openSwarm(['coordinator', 'verify', '--data', `${home}/swarm`, '--json']);
    expect(lines.at(-1)).toMatchObject({ ok: true, sum: '0', paidTwice: 0, heldForFinished: 0, brokenLinks: 0 });
  }, 150_000);

  it('and nothing stays when it is stopped', async () => {
    const family = [enginePid(home), ...descendants(enginePid(home))];
    expect(family.length).toBeGreaterThanOrEqual(3);
    expect(await engine.stop()).toMatchObject({ code: 0 });
    await until('no orphan stays', () => family.every((member) => !isAlive(member)));
  });
});
