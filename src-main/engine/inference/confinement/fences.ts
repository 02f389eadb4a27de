import { jobLimits } from './jobLimits.ts';
import type { AssignToJob } from './jobObject.ts';
import { memoryLimits } from './memoryLimits.ts';
import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';

/**
 * One restriction that the operating system enforces on a worker. It is either a command that replaces itself with the
 * worker (same process id), or a call that restricts the process once it runs.
 */
export interface Fence {
  readonly name: 'memory_scope' | 'limits' | 'no_network' | 'no_new_privileges' | 'job' | 'job_without_desktop';
  /** Words prepended to the worker's command line; empty when the fence is applied to the running process. */
  readonly command: (permissions: WorkerPermissions) => readonly string[];
  /** Environment variables that the command needs; they are not passed on to the worker. */
  readonly env: readonly string[];
  /**
   * Restricts the process right after it was spawned, before it receives its first message. Returns a function that
   * releases the restriction; releasing ends a process that still runs. Throws when the system refuses.
   */
  readonly apply?: (pid: number, permissions: WorkerPermissions) => () => void;
  /** Spawn the process detached, so that it is not in the job that Node puts its children into. */
  readonly detached?: boolean;
  /** A weaker fence to try on systems where this one does not work. */
  readonly fallback?: Fence;
}

/** Facts that decide which fences a system may support. */
export interface FenceFacts {
  readonly platform: NodeJS.Platform;
  /** Numeric id of the user; 0 is root. */
  readonly userId: number;
  /** Whether systemd manages the system and has a session for this user. */
  readonly systemd: boolean;
  /** Job objects of Windows; null where there are none. */
  readonly jobs: AssignToJob | null;
}

/** The fences this kind of system may support, outermost first. `findFences` tries out which of them work. */
export function possibleFences({ platform, userId, systemd, jobs }: FenceFacts): readonly Fence[] {
  if (platform === 'darwin') return [noNetworkOnMac];
  if (platform === 'win32') return jobs === null ? [] : [job(jobs)];
  if (platform !== 'linux') return [];
  return [...(systemd ? [memoryScope(userId)] : []), limits, noNetwork(userId), noNewPrivileges];
}

/**
 * Applies each fence to a running process. Throws the first failure, after it has released the fences applied so far.
 * Returns a function that releases all of them; call it once the process has exited.
 */
export function applyFences(fences: readonly Fence[], pid: number, permissions: WorkerPermissions): () => void {
  const releases: (() => void)[] = [];
  const releaseAll = (): void => releases.forEach((release) => release());
  try {
    for (const fence of fences) {
      if (fence.apply !== undefined) releases.push(fence.apply(pid, permissions));
    }
  } catch (error) {
    releaseAll();
    throw error;
  }
  return releaseAll;
}

const busVariables = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];

/** A control group with a memory limit, which also counts the mapped pages of the model file. */
function memoryScope(userId: number): Fence {
  const manager = userId === 0 ? [] : ['--user'];
  const unsetBus = ['env', ...busVariables.flatMap((name) => ['-u', name])];
  return {
    name: 'memory_scope',
    command: ({ memoryBytes }) => {
      const limit = `MemoryMax=${memoryLimits(memoryBytes).scopeBytes}`;
      const scope = [
        'systemd-run',
        ...manager,
        '--scope',
        '--quiet',
        '--collect',
        '-p',
        limit,
        '-p',
        'MemorySwapMax=0',
      ];
      return [...scope, '--', ...unsetBus];
    },
    env: busVariables,
  };
}

/** Process limits: private memory, no file writes, and no core dump, which would contain the texts of tasks. */
const limits: Fence = {
  name: 'limits',
  command: ({ memoryBytes, graphics }) => {
    const { dataBytes } = memoryLimits(memoryBytes);
    // Graphics drivers reserve huge address ranges and write compiled shaders to files.
    return ['prlimit', '--core=0', ...(graphics ? [] : ['--fsize=0', `--data=${dataBytes}:${dataBytes}`])];
  },
  env: [],
};

/** A network namespace without any interface that is up. */
function noNetwork(userId: number): Fence {
  const namespace = userId === 0 ? [] : ['--user', '--map-current-user'];
  return { name: 'no_network', command: () => ['unshare', ...namespace, '--net'], env: [] };
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
 * A Windows job object: a single process with limited memory and fixed priority, without access to the desktop, that
 * ends together with the engine. Windows restricts the desktop only for a process that is in no other job, which
 * depends on how the engine was started; hence the fallback.
 */
function job(jobs: AssignToJob): Fence {
  const common = { command: () => [], env: [] };
  return {
    ...common,
    name: 'job',
    apply: (pid, permissions) => jobs(pid, jobLimits(permissions, { desktop: true })),
    detached: true,
    fallback: {
      ...common,
      name: 'job_without_desktop',
      apply: (pid, permissions) => jobs(pid, jobLimits(permissions, { desktop: false })),
    },
  };
}
