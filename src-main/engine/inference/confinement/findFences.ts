import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '#shared/util/clock.ts';
import type { Enclosure } from './Enclosure.ts';
import { encloseProcess } from './encloseProcess.ts';
import { type Fence, type FenceFacts, possibleFences } from './fences.ts';
import { openJobs } from './jobObject.ts';
import { workerEnvironment } from '#engine/inference/process/workerEnvironment.ts';
import type { WorkerRoom } from '#engine/ports/WorkerLauncher.ts';

export interface FindFencesOptions {
  /** Plain Node 24. */
  readonly nodeExecutable: string;
  readonly clock: Clock;
  readonly facts?: FenceFacts;
}

/** A fence that takes longer to put up is none. */
const withinMs = 10_000;

const trialRoom: WorkerRoom = { modelPath: null, memoryBytes: 256 * 2 ** 20, graphics: false };

/** Tells over the channel, so that a fence which loses the channel does not count, what a network would have. */
const trialProgram = 'process.send({ interfaces: Object.keys(require("node:os").networkInterfaces()) })';
const Report = z.object({ interfaces: z.array(z.string()) });

/** The fences that this system really puts up, outermost first: each was tried with a process that answered. */
export async function findFences({ facts, ...how }: FindFencesOptions): Promise<readonly Fence[]> {
  const possible = possibleFences(facts ?? (await systemFacts()));
  if (possible.length === 0 || (await stands(possible, how))) return possible;
  const each = await Promise.all(possible.map((fence) => standing(fence, how)));
  const found = each.flat();
  return found.length === 0 || (await stands(found, how)) ? found : [];
}

async function systemFacts(): Promise<FenceFacts> {
  const { platform } = process;
  const userId = process.getuid?.() ?? 1;
  const knowsUser = userId === 0 || process.env['XDG_RUNTIME_DIR'] !== undefined;
  return { platform, userId, systemd: knowsUser && existsSync('/run/systemd/system'), jobs: await openJobs() };
}

/** The fence, or the first weaker one that stands; none otherwise. */
async function standing(fence: Fence | undefined, how: Omit<FindFencesOptions, 'facts'>): Promise<readonly Fence[]> {
  if (fence === undefined) return [];
  return (await stands([fence], how)) ? [fence] : standing(fence.instead, how);
}

function stands(fences: readonly Fence[], { nodeExecutable, clock }: Omit<FindFencesOptions, 'facts'>) {
  const words = [...fences.flatMap((fence) => fence.command(trialRoom)), nodeExecutable, '-e', trialProgram];
  const [command = nodeExecutable, ...args] = words;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const also = fences.flatMap(({ env }) => env);
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: workerEnvironment(process.env, also),
    windowsHide: true,
    detached: fences.some(({ detached }) => detached),
  });
  const enclosure = tryToEnclose(fences, child);
  const timer = clock.setTimer(withinMs, () => child.kill('SIGKILL'));
  let works = false;
  child.on('message', (message) => {
    const report = Report.safeParse(message);
    const isCut = report.data?.interfaces.length === 0;
    works = report.success && (isCut || fences.every(({ name }) => name !== 'no_network'));
    child.disconnect();
  });
  child.on('error', () => resolve(false));
  child.on('exit', () => {
    timer.cancel();
    enclosure?.close();
    resolve(works && enclosure !== null);
  });
  return promise;
}

/** Ends the child when it cannot be enclosed. */
function tryToEnclose(fences: readonly Fence[], child: ChildProcess): Enclosure | null {
  try {
    return child.pid === undefined ? null : encloseProcess(fences, child.pid, trialRoom);
  } catch {
    child.kill('SIGKILL');
    return null;
  }
}
