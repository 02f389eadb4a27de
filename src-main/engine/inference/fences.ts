import { memoryLimits } from './memoryLimits.ts';
import type { WorkerRoom } from './WorkerLauncher.ts';

/** Something that the system puts around a worker, as a command that turns into the worker and keeps its process id. */
export interface Fence {
  readonly name: 'memory_scope' | 'limits' | 'no_network' | 'no_new_privileges';
  /** Put before the worker's own command. */
  readonly command: (room: WorkerRoom) => readonly string[];
  /** Variables that the command itself needs; they do not reach the worker. */
  readonly env: readonly string[];
}

/** What decides which fences a system may have. */
export interface FenceFacts {
  readonly platform: NodeJS.Platform;
  /** Of the user; 0 is the administrator. */
  readonly userId: number;
  /** systemd runs the system, and knows this user. */
  readonly systemd: boolean;
}

/** Fences that this kind of system may have, outermost first; which of them work is tried out (`findFences`). */
export function possibleFences({ platform, userId, systemd }: FenceFacts): readonly Fence[] {
  if (platform === 'darwin') return [noNetworkOnMac];
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
