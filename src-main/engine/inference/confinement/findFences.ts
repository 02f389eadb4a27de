import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '#shared/util/clock.ts';
import { applyFences, type Fence, type FenceFacts, possibleFences } from './fences.ts';
import { openJobs } from './jobObject.ts';
import { workerEnvironment } from './workerEnvironment.ts';
import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';

export interface FindFencesOptions {
  /** Path of the Node 24 executable. */
  readonly nodeExecutable: string;
  readonly clock: Clock;
  /** By default those of this system. */
  readonly facts?: FenceFacts;
}

/** A fence whose trial process takes longer than this does not count as working. */
const trialTimeoutMs = 10_000;

const trialPermissions: WorkerPermissions = { modelPath: null, memoryBytes: 256 * 2 ** 20, graphics: false };

/** Reports its network interfaces over IPC, so that a fence which breaks IPC or leaves the network open is found out. */
const trialProgram = 'process.send({ interfaces: Object.keys(require("node:os").networkInterfaces()) })';
const Report = z.object({ interfaces: z.array(z.string()) });

/** The fences that work on this system, outermost first. Each was tried out with a short-lived process. */
export async function findFences({ facts, ...trial }: FindFencesOptions): Promise<readonly Fence[]> {
  const possible = possibleFences(facts ?? (await systemFacts()));
  if (possible.length === 0 || (await works(possible, trial))) return possible;
  const each = await Promise.all(possible.map((fence) => firstWorking(fence, trial)));
  const found = each.flat();
  return found.length === 0 || (await works(found, trial)) ? found : [];
}

async function systemFacts(): Promise<FenceFacts> {
  const { platform } = process;
  const userId = process.getuid?.() ?? 1;
  const hasSession = userId === 0 || process.env['XDG_RUNTIME_DIR'] !== undefined;
  return { platform, userId, systemd: hasSession && existsSync('/run/systemd/system'), jobs: await openJobs() };
}

type Trial = Omit<FindFencesOptions, 'facts'>;

/** The fence itself or the first of its fallbacks that works; empty when none does. */
async function firstWorking(fence: Fence | undefined, trial: Trial): Promise<readonly Fence[]> {
  if (fence === undefined) return [];
  return (await works([fence], trial)) ? [fence] : firstWorking(fence.fallback, trial);
}

function works(fences: readonly Fence[], { nodeExecutable, clock }: Trial): Promise<boolean> {
  const words = [...fences.flatMap((fence) => fence.command(trialPermissions)), nodeExecutable, '-e', trialProgram];
  const [command = nodeExecutable, ...args] = words;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const fenceVariables = fences.flatMap(({ env }) => env);
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: workerEnvironment(process.env, fenceVariables),
    windowsHide: true,
    detached: fences.some(({ detached }) => detached),
  });
  const release = tryToApply(fences, child);
  const timer = clock.setTimer(trialTimeoutMs, () => child.kill('SIGKILL'));
  let passed = false;
  child.on('message', (message) => {
    const report = Report.safeParse(message);
    const isOffline = report.data?.interfaces.length === 0;
    passed = report.success && (isOffline || fences.every(({ name }) => name !== 'no_network'));
    child.disconnect();
  });
  child.on('error', () => resolve(false));
  child.on('exit', () => {
    timer.cancel();
    release?.();
    resolve(passed && release !== null);
  });
  return promise;
}

/** Applies the fences; kills the child and returns null when one of them fails. */
function tryToApply(fences: readonly Fence[], child: ChildProcess): (() => void) | null {
  try {
    return child.pid === undefined ? null : applyFences(fences, child.pid, trialPermissions);
  } catch {
    child.kill('SIGKILL');
    return null;
  }
}
