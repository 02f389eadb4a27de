import { describe, expect, test } from 'vitest';
import { findFences } from '#engine/inference/confinement/findFences.ts';
import type { Fence } from '#engine/inference/confinement/fences.ts';
import type { JobLimits } from '#engine/inference/confinement/jobLimits.ts';
import { type AssignToJob, JobRefusedError } from '#engine/inference/confinement/jobObject.ts';
import { ProcessWorkerLauncher } from '#engine/inference/process/ProcessWorkerLauncher.ts';
import type { WorkerExit } from '#engine/ports/inference/WorkerLauncher.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';

// IMITATED: the job objects of Windows. The processes are real.

const installation = currentInstallation();
const permissions = { modelPath: null, memoryBytes: 2 ** 28, graphics: false };

/** Job objects that take processes which pass, and remember them. */
function imitateJobs(takes: (limits: JobLimits) => boolean) {
  const asked: JobLimits[] = [];
  const held: number[] = [];
  const closed: number[] = [];
  const jobs: AssignToJob = (pid, limits) => {
    asked.push(limits);
    if (!takes(limits)) throw new JobRefusedError('assign a process to a job object', 5);
    held.push(pid);
    return () => void closed.push(pid);
  };
  return { jobs, asked, held, closed };
}

describe('the fences of a Windows', () => {
  const find = async (jobs: AssignToJob) => {
    const facts = { platform: 'win32', userId: 1, systemd: false, jobs } as const;
    const fences = await findFences({ nodeExecutable: installation.nodeExecutable(), clock: systemClock, facts });
    return fences.map(({ name }) => name);
  };

  test('that takes processes into jobs are a job, which the trial process leaves again', async () => {
    const { jobs, held, closed, asked } = imitateJobs(() => true);
    expect(await find(jobs)).toEqual(['job']);
    expect(held).toHaveLength(1);
    expect(closed).toEqual(held);
    expect(asked[0]?.desktop).not.toBe(0);
  });

  test('that does not close the desktop to processes of other jobs are a job without that', async () => {
    const { jobs, held, closed } = imitateJobs(({ desktop }) => desktop === 0);
    expect(await find(jobs)).toEqual(['job_without_desktop']);
    expect(closed).toEqual(held);
  });

  test('that refuses all of it are none', async () => {
    const { jobs, held } = imitateJobs(() => false);
    expect(await find(jobs)).toEqual([]);
    expect(held).toEqual([]);
  });
});

describe('a worker', () => {
  function start(apply: NonNullable<Fence['apply']>) {
    const launcher = new ProcessWorkerLauncher({
      nodeExecutable: installation.nodeExecutable(),
      entryPoint: installation.entryPoint('worker'),
      code: installation.workerCode,
      clock: systemClock,
      fences: [{ name: 'job', command: () => [], env: [], apply }],
    });
    const exit = Promise.withResolvers<WorkerExit>();
    const messages: unknown[] = [];
    const handle = launcher.launch(
      { onMessage: (message) => messages.push(message), onExit: exit.resolve },
      permissions,
    );
    return { handle, messages, exit: exit.promise };
  }

  test('is restricted before its first message, and until it has exited', async () => {
    const { jobs, held, closed } = imitateJobs(() => true);
    const limits = { flags: 0, processes: 1, memoryBytes: permissions.memoryBytes, priorityClass: 0, desktop: 0 };
    const { handle, messages, exit } = start((pid, { memoryBytes }) => jobs(pid, { ...limits, memoryBytes }));
    expect(messages).toEqual([]);
    expect(held).toEqual([handle.pid]);
    expect(closed).toEqual([]);
    handle.kill();
    await exit;
    expect(closed).toEqual(held);
  });

  test('whose fence fails is killed, with the reason', async () => {
    const { messages, exit } = start(() => {
      throw new JobRefusedError('assign a process to a job object', 5);
    });
    expect((await exit).detail).toBe(
      'It could not be confined: Windows refused to assign a process to a job object (error 5).',
    );
    expect(messages).toEqual([]);
  });
});
