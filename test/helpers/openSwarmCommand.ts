import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock } from '#node/systemClock.ts';

const launcher = path.resolve('bin/open-swarm.mjs');

export type JsonLine = Readonly<Record<string, unknown>>;

/** What a command that ended left. */
export interface Ended {
  readonly code: number | null;
  readonly lines: readonly JsonLine[];
  readonly output: string;
  readonly errors: string;
}

/** A command of the product under way, started through the same launcher that people use. */
export class RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly lines: JsonLine[] = [];
  #output = '';
  #errors = '';
  #waiting: { wanted: (line: JsonLine) => boolean; resolve: (line: JsonLine) => void }[] = [];

  constructor(args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
    if (args[0] === 'start') leaveTestsInPeace(args[args.indexOf('--home') + 1]);
    const child = spawn(process.execPath, [launcher, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    this.child = child;
    const killWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', killWithUs);
    child.once('close', () => process.off('exit', killWithUs));
    if (options.input !== undefined) child.stdin.end(options.input);
    createInterface({ input: child.stdout }).on('line', (line) => this.#heard(line));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (this.#errors += piece));
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, lines: this.lines, output: this.#output, errors: this.#errors }));
    });
  }

  /** The first line, past or to come, that fits. Rejects when the command ends before. */
  async line(wanted: (line: JsonLine) => boolean): Promise<JsonLine> {
    const past = this.lines.find(wanted);
    if (past !== undefined) return past;
    const later = new Promise<JsonLine>((resolve) => this.#waiting.push({ wanted, resolve }));
    const none = this.ended.then(({ code, errors }): never => {
      throw new Error(`The command ended with ${code} before it said what was waited for.\n${errors}`);
    });
    return Promise.race([later, none]);
  }

  async event(name: string): Promise<JsonLine> {
    return this.line((line) => line['event'] === name);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Asks it to stop and waits; ends it after a while. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), 60_000);
    const ended = await this.ended;
    clearTimeout(timer);
    return ended;
  }

  get errors(): string {
    return this.#errors;
  }

  #heard(text: string): void {
    this.#output += `${text}\n`;
    const line = parseLine(text);
    if (line === undefined) return;
    this.lines.push(line);
    const fitting = this.#waiting.filter(({ wanted }) => wanted(line));
    this.#waiting = this.#waiting.filter((waiting) => !fitting.includes(waiting));
    for (const { resolve } of fitting) resolve(line);
  }
}

/** Before its first start an engine under test is told not to give way to other programs: to the tests, that is. */
function leaveTestsInPeace(home: string | undefined): void {
  if (home === undefined || existsSync(path.join(home, 'engine.db'))) return;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const store = openEngineStore({ file: path.join(home, 'engine.db'), clock: systemClock });
    store.settings.save({ 'contribution.yieldToPrograms': false });
    store.close();
  } catch {
    // A folder that cannot be used is what some tests are about: the command says so itself.
  }
}

/** Runs a command to its end. */
export async function openSwarm(args: readonly string[], input?: string): Promise<Ended> {
  return new RunningCommand(args, { input: input ?? '' }).ended;
}

function parseLine(text: string): JsonLine | undefined {
  try {
    return JSON.parse(text) as JsonLine;
  } catch {
    return undefined;
  }
}

/** A data folder in the temp folder. */
export function newHome(name = 'home'): string {
  return mkdtempSync(path.join(tmpdir(), `open-swarm-${name}-`));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

/** Pid of the engine of a data folder, as the engine says itself. */
export function enginePid(home: string): number {
  const file = path.join(home, 'run', 'engine.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}

/** Every process below this one that is alive now (Linux only). */
export function descendants(pid: number): number[] {
  if (!existsSync(`/proc/${pid}/task`)) return [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    try {
      return readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** True while the process is there and not merely waiting to be collected. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Command line of a process, for telling the worker from the coordinator. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Waits until something is so; fails with `what` when it does not become so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 120_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
