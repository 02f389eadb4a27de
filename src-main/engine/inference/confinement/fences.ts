import type { Enclosure } from './Enclosure.ts';
import { jobLimits } from './jobLimits.ts';
import type { EncloseInJob } from './jobObject.ts';
import { memoryLimits } from './memoryLimits.ts';
import type { WorkerRoom } from '#engine/ports/WorkerLauncher.ts';

/**
 * Something that the system puts around a worker: a command that turns into the worker and keeps its process id, or
 * what holds the process once it runs.
 */
export interface Fence {
  readonly name: 'memory_scope' | 'limits' | 'no_network' | 'no_new_privileges' | 'job' | 'job_without_desktop';
  /** Put before the worker's own command. */
  readonly command: (room: WorkerRoom) => readonly string[];
  /** Variables that the command itself needs; they do not reach the worker. */
  readonly env: readonly string[];
  /** Called right after the start, before the worker was told anything. Throws when the system refuses. */
  readonly enclose?: (pid: number, room: WorkerRoom) => Enclosure;
  /** The process must not be in the job that Node itself puts around its children. */
  readonly detached?: boolean;
  /** A weaker one, for systems on which this one does not stand. */
  readonly instead?: Fence;
}

/** What decides which fences a system may have. */
export interface FenceFacts {
  readonly platform: NodeJS.Platform;
  /** Of the user; 0 is the administrator. */
  readonly userId: number;
  /** systemd runs the system, and knows this user. */
  readonly systemd: boolean;
  /** Job objects of Windows; null where there are none. */
  readonly jobs: EncloseInJob | null;
}

/** Fences that this kind of system may have, outermost first; which of them work is tried out (`findFences`). */
export function possibleFences({ platform, userId, systemd, jobs }: FenceFacts): readonly Fence[] {
  if (platform === 'darwin') return [noNetworkOnMac];
  if (platform === 'win32') return jobs === null ? [] : [job(jobs)];
  if (platform !== 'linux') return [];
  return [...(systemd ? [memoryScope(userId)] : []), limits, noNetwork(userId), noNewPrivileges];
}

const busVariables = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];

/** A control group of its own: everything the process holds, the model's pages too, stays below a limit. */
function memoryScope(userId: number): Fence {
  const whose = userId === 0 ? [] : ['--user'];
  const forget = ['env', ...busVariables.flatMap((name) => ['-u', name])];
  return {
    name: 'memory_scope',
    command: ({ memoryBytes }) => {
      const most = `MemoryMax=${memoryLimits(memoryBytes).scopeBytes}`;
      const scope = ['systemd-run', ...whose, '--scope', '--quiet', '--collect', '-p', most, '-p', 'MemorySwapMax=0'];
      return [...scope, '--', ...forget];
    },
    env: busVariables,
  };
}

/** Limits of the process: memory of its own, no file written, no core dump, which would hold people's texts. */
const limits: Fence = {
  name: 'limits',
  command: ({ memoryBytes, graphics }) => {
    const { dataBytes } = memoryLimits(memoryBytes);
    // Drivers of cards take address space without measure, and keep compiled programs in files.
    return ['prlimit', '--core=0', ...(graphics ? [] : ['--fsize=0', `--data=${dataBytes}:${dataBytes}`])];
  },
  env: [],
};

/** A network namespace of its own, in which nothing is connected. */
function noNetwork(userId: number): Fence {
  const whose = userId === 0 ? [] : ['--user', '--map-current-user'];
  return { name: 'no_network', command: () => ['unshare', ...whose, '--net'], env: [] };
}

const noNetworkOnMac: Fence = {
  name: 'no_network',
  command: () => ['sandbox-exec', '-p', '(version 1)(allow default)(deny network*)'],
  env: [],
};

const noNewPrivileges: Fence = {
  name: 'no_new_privileges',
  command: () => ['setpriv', '--no-new-privs'],
  env: [],
};

/**
 * A job object of Windows: one process, its memory, its priority, the desktop closed, and no life without the engine.
 * Windows closes the desktop only to a process that is in no other job, which whoever started the engine may decide.
 */
function job(jobs: EncloseInJob): Fence {
  const common = { command: () => [], env: [] };
  return {
    ...common,
    name: 'job',
    enclose: (pid, room) => jobs(pid, jobLimits(room, { desktop: true })),
    detached: true,
    instead: {
      ...common,
      name: 'job_without_desktop',
      enclose: (pid, room) => jobs(pid, jobLimits(room, { desktop: false })),
    },
  };
}
