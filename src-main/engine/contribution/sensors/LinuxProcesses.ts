import type { Sensor } from './Sensor.ts';
import { known, type OtherLoad, type Reading, unknown } from '#engine/ports/SenseReadings.ts';
import type { SystemPorts } from './SystemPorts.ts';

interface LinuxProcess {
  readonly pid: number;
  /** Distinguishes it from a later process with the same pid, and from the program that it ran before an exec. */
  readonly key: string;
  readonly parent: number;
  /** Its names: the kernel's, its program file, and the script that an interpreter runs. */
  readonly names: readonly string[];
  readonly isOurs: boolean;
  /** Ticks of system time, and of user time unless it runs at low priority, which does not count as load. */
  readonly ticks: number;
}

type Facts = Pick<LinuxProcess, 'names' | 'isOurs'>;

/** One reading of the machine's counters, in ticks. */
interface Counters {
  /** Busy ticks at normal priority, of all programs together. */
  readonly busy: number;
  readonly total: number;
  readonly processors: number;
  /** Ticks of the programs of Open Swarm, by process. */
  readonly ours: ReadonlyMap<string, number>;
}

export interface LinuxProcessesOptions {
  readonly ports: Pick<SystemPorts, 'readNow' | 'listNow'>;
  /** The process whose tree is not another program. */
  readonly pid: number;
  /** Program files of Open Swarm, wherever they run: other engines, coordinators, the window. */
  readonly ownFiles: ReadonlySet<string>;
}

/** Ticks over which load is averaged: a page that opens is no reason to stop, lasting load is. */
const averagedTicks = 300;

/** Below this busy share it does not matter whose work it is, and only known programs are read. */
const calmShare = 0.05;

const looksUntilSettled = 3;

/**
 * The programs of a Linux machine, from /proc. Work at low priority yields by itself and does not count as load, whoever
 * started it. Names and command lines never leave this class, save to the owner's rules.
 */
export class LinuxProcesses {
  readonly #options: LinuxProcessesOptions;
  readonly #known = new Map<string, Facts & { readonly looks: number }>();
  #looks: Counters[] = [];

  constructor(options: LinuxProcessesOptions) {
    this.#options = options;
  }

  /** The names of all running programs. */
  get programs(): Sensor<readonly string[]> {
    return { read: async () => this.#readNames() };
  }

  /** The load of other programs since the last few readings; unknown at the first one. */
  get load(): Sensor<OtherLoad> {
    return { read: async () => this.#readLoad() };
  }

  #readNames(): Reading<readonly string[]> {
    const all = this.#list();
    if (all.length === 0) return unknown('The system does not report running programs.');
    return known([...new Set(all.filter(({ isOurs }) => !isOurs).flatMap(({ names }) => names))]);
  }

  #readLoad(): Reading<OtherLoad> {
    const counters = this.#count();
    if (counters === null) return unknown('The system does not report its load.');
    const isOld = ({ total }: Counters): boolean => (counters.total - total) / counters.processors >= averagedTicks;
    // The average begins at the newest of the old readings.
    const begin = Math.max(0, this.#looks.findLastIndex(isOld));
    this.#looks = [...this.#looks.slice(begin), counters];
    const [first] = this.#looks;
    if (first === undefined || counters.total <= first.total) return unknown('Being measured.');
    const total = counters.total - first.total;
    // Summed step by step, since the counters of a worker that ended are gone.
    let others = 0;
    for (const [index, later] of this.#looks.entries()) {
      const earlier = this.#looks[index - 1];
      if (earlier !== undefined) others += Math.max(0, later.busy - earlier.busy - oursBetween(earlier, later));
    }
    return known({ share: Math.min(1, others / total), processors: counters.processors });
  }

  #count(): Counters | null {
    const lines = (this.#options.ports.readNow('/proc/stat') ?? '').split('\n');
    const fields = lines[0]?.split(/\s+/).slice(1, 9).map(Number) ?? [];
    const [user = 0, , system = 0, , , interrupts = 0, softInterrupts = 0] = fields;
    const processors = lines.filter((line) => /^cpu\d/.test(line)).length;
    if (fields.length < 8 || processors === 0) return null;
    const busy = user + system + interrupts + softInterrupts;
    const total = fields.reduce((sum, ticks) => sum + ticks, 0);
    const earlier = this.#looks.at(-1);
    const isCalm = earlier !== undefined && busy - earlier.busy < calmShare * (total - earlier.total);
    const ours = isCalm ? this.#readAgain(earlier.ours.keys()) : this.#list().filter(({ isOurs }) => isOurs);
    return { busy, total, processors, ours: new Map(ours.map(({ key, ticks }) => [key, ticks])) };
  }

  /** The processes among these that still run. At rest, reading so few files instead of all saves most of the cost. */
  #readAgain(keys: Iterable<string>): LinuxProcess[] {
    return [...keys].flatMap((key) => {
      const process = this.#readOne(Number.parseInt(key, 10), new Set());
      return process?.key === key ? [process] : [];
    });
  }

  /** All processes; `isOurs` for ours and for their descendants. */
  #list(): LinuxProcess[] {
    const { ports, pid: root } = this.#options;
    const seen = new Set<string>();
    const processes = new Map<number, LinuxProcess>();
    for (const entry of ports.listNow('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const process = this.#readOne(Number(entry), seen);
      if (process !== null) processes.set(process.pid, process);
    }
    for (const key of this.#known.keys()) if (!seen.has(key)) this.#known.delete(key);
    const isBelowOurs = (process: LinuxProcess | undefined, depth = 0): boolean =>
      process !== undefined &&
      (process.pid === root || process.isOurs || (depth < 64 && isBelowOurs(processes.get(process.parent), depth + 1)));
    return [...processes.values()].map((process) => ({ ...process, isOurs: isBelowOurs(process) }));
  }

  #readOne(pid: number, seen: Set<string>): LinuxProcess | null {
    const stat = this.#options.ports.readNow(`/proc/${pid}/stat`) ?? '';
    const end = stat.lastIndexOf(')');
    if (end < 0) return null;
    const kernelName = stat.slice(stat.indexOf('(') + 1, end);
    // Fields count from the one after the name: state, parent, … (proc(5)).
    const fields = stat.slice(end + 2).split(' ');
    const [parent, user, system, nice, start] = [1, 11, 12, 16, 19].map((index) => Number(fields[index] ?? 0));
    const key = `${pid} ${start} ${kernelName}`;
    seen.add(key);
    const facts = this.#factsOf(key, pid, kernelName);
    return {
      pid,
      key,
      parent: parent ?? 0,
      names: facts.names,
      isOurs: facts.isOurs,
      ticks: ((nice ?? 0) > 0 ? 0 : (user ?? 0)) + (system ?? 0),
    };
  }

  /** The facts of a young process are read again: during an exec its command line is empty or the old one. */
  #factsOf(key: string, pid: number, kernelName: string): Facts {
    const before = this.#known.get(key);
    if (before !== undefined && before.looks >= looksUntilSettled) return before;
    const facts = this.#lookUp(pid, kernelName);
    this.#known.set(key, { ...facts, looks: (before?.looks ?? 0) + 1 });
    return facts;
  }

  #lookUp(pid: number, kernelName: string): Facts {
    const { ports, ownFiles } = this.#options;
    const parts = (ports.readNow(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(0, 6);
    const script = parts.slice(1).find((part) => part !== '' && !part.startsWith('-'));
    const names = [kernelName, parts[0], script].map(baseName).filter((name) => name !== '');
    return { names: [...new Set(names)], isOurs: parts.some((part) => ownFiles.has(part)) };
  }
}

/** Ticks of our programs between two readings; a new process counts with all its ticks. */
function oursBetween(earlier: Counters, later: Counters): number {
  let sum = 0;
  for (const [key, ticks] of later.ours) sum += ticks - (earlier.ours.get(key) ?? 0);
  return sum;
}

function baseName(file: string | undefined): string {
  return (file ?? '').replace(/^.*\//, '').slice(0, 200);
}
