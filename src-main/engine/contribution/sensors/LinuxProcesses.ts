import type { Sensor } from './Sensor.ts';
import { known, type OtherLoad, type Reading, unknown } from '#engine/ports/SenseReadings.ts';
import type { SystemPorts } from './SystemPorts.ts';

interface LinuxProcess {
  readonly pid: number;
  /** Tells it from a later process with the same number, and from the program it was before it executed another. */
  readonly key: string;
  readonly parent: number;
  /** Names it goes by: the kernel's, its program file, and the script that an interpreter runs. */
  readonly names: readonly string[];
  readonly isOurs: boolean;
  /** Ticks of its own user time, unless it runs at low priority and so is not counted as load, and of system time. */
  readonly ticks: number;
}

type Facts = Pick<LinuxProcess, 'names' | 'isOurs'>;

/** What one look at the machine's counters gives, in ticks. */
interface Counters {
  /** Busy at normal priority, all programs together. */
  readonly busy: number;
  readonly total: number;
  readonly processors: number;
  /** Of the programs of Open Swarm, by process and its start. */
  readonly ours: ReadonlyMap<string, number>;
}

export interface LinuxProcessesOptions {
  readonly ports: Pick<SystemPorts, 'readNow' | 'listNow'>;
  /** Process whose tree does not count as other programs. */
  readonly pid: number;
  /** Files whose programs belong to Open Swarm wherever they run: other engines, coordinators, the window. */
  readonly ownFiles: ReadonlySet<string>;
}

/** Load is averaged over so many ticks: a page that opens is no reason to stop, a program that goes on is. */
const averagedTicks = 300;

/** While less than this part of the machine is busy, it does not matter whose work it is: only known programs are looked up. */
const calmShare = 0.05;

const looksUntilSettled = 3;

/**
 * Programs of a Linux machine, from /proc. Work at low priority gives way by itself and does not count as load, whoever
 * started it; names and command lines are looked at here and go nowhere else.
 */
export class LinuxProcesses {
  readonly #options: LinuxProcessesOptions;
  readonly #known = new Map<string, Facts & { readonly looks: number }>();
  #looks: Counters[] = [];

  constructor(options: LinuxProcessesOptions) {
    this.#options = options;
  }

  /** Names of everything that runs. */
  get programs(): Sensor<readonly string[]> {
    return { read: async () => this.#readNames() };
  }

  /** Load of other programs since the last few reads; unknown at the first. */
  get load(): Sensor<OtherLoad> {
    return { read: async () => this.#readLoad() };
  }

  #readNames(): Reading<readonly string[]> {
    const all = this.#list();
    if (all.length === 0) return unknown('The system does not tell which programs run.');
    return known([...new Set(all.filter(({ isOurs }) => !isOurs).flatMap(({ names }) => names))]);
  }

  #readLoad(): Reading<OtherLoad> {
    const counters = this.#count();
    if (counters === null) return unknown('The system does not tell how busy it is.');
    const isOld = ({ total }: Counters): boolean => (counters.total - total) / counters.processors >= averagedTicks;
    // The newest of the old ones is where the average begins.
    const begin = Math.max(0, this.#looks.findLastIndex(isOld));
    this.#looks = [...this.#looks.slice(begin), counters];
    const [first] = this.#looks;
    if (first === undefined || counters.total <= first.total) return unknown('Being measured.');
    const total = counters.total - first.total;
    // Summed step by step, since a worker that ended meanwhile takes its counters along.
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

  /** Those of the processes that still run. Reading a few files instead of all is most of what a look costs at rest. */
  #readAgain(keys: Iterable<string>): LinuxProcess[] {
    return [...keys].flatMap((key) => {
      const process = this.#readOne(Number.parseInt(key, 10), new Set());
      return process?.key === key ? [process] : [];
    });
  }

  /** All processes, each with whether it is one of ours or below one of ours. */
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
    // Fields are counted from the one behind the name: state, parent, … (proc(5)).
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

  /** A young process is looked up again: while it executes another program, its command line is empty or the old one. */
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

/** Ticks of our programs between two looks; a process that was not there before brings all it has. */
function oursBetween(earlier: Counters, later: Counters): number {
  let sum = 0;
  for (const [key, ticks] of later.ours) sum += ticks - (earlier.ours.get(key) ?? 0);
  return sum;
}

function baseName(file: string | undefined): string {
  return (file ?? '').replace(/^.*\//, '').slice(0, 200);
}
