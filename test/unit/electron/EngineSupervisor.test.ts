import { beforeEach, describe, expect, test } from 'vitest';
import type { EngineExit, EngineProcess, RunningEngine } from '#main/electron/engine/EngineProcess.ts';
import { EngineSupervisor } from '#main/electron/engine/EngineSupervisor.ts';
import type { HostedEngineState } from '#shared/api/hostContract.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';

const address: RunningEngine = { home: '/home/a', port: 4100, secret: 's', ours: true };

/** FAKE process: it ends and gets ready when the test says so. */
class ScriptedProcess implements EngineProcess {
  readonly #ready = Promise.withResolvers<RunningEngine>();
  readonly #exited = Promise.withResolvers<EngineExit>();
  readonly ready = this.#ready.promise;
  readonly exited = this.#exited.promise;
  inputEnded = false;
  killed = false;

  async becomeReady(): Promise<void> {
    this.#ready.resolve(address);
    await settle();
  }

  async end(exit: Partial<EngineExit> = {}): Promise<void> {
    this.#exited.resolve({ code: 1, signal: null, lastWords: '', ...exit });
    await settle();
  }

  endInput(): void {
    this.inputEnded = true;
  }

  kill(): void {
    this.killed = true;
    this.#exited.resolve({ code: null, signal: 'SIGKILL', lastWords: '' });
  }
}

let clock: ManualClock;
let processes: ScriptedProcess[];
let states: HostedEngineState[];
let supervisor: EngineSupervisor;
let launchError: Error | null;

beforeEach(async () => {
  clock = new ManualClock();
  processes = [];
  states = [];
  launchError = null;
  supervisor = new EngineSupervisor({
    clock,
    random: { fraction: () => 1, bytes: (length) => new Uint8Array(length) },
    launch: async () => {
      if (launchError !== null) throw launchError;
      const process = new ScriptedProcess();
      processes.push(process);
      return process;
    },
    onState: (state) => states.push(state),
    onRunning: () => {},
  });
  supervisor.start();
  await settle();
});

function last(): ScriptedProcess {
  const process = processes.at(-1);
  if (process === undefined) throw new Error('nothing was launched');
  return process;
}

const nothingToAsk = async () => {};

describe('running', () => {
  test('tells where the engine is to all who wait', async () => {
    const waiting = supervisor.running();
    await last().becomeReady();
    expect(await waiting).toEqual(address);
    expect(await supervisor.running()).toEqual(address);
    expect(states.map(({ kind }) => kind)).toEqual(['starting', 'running']);
  });

  test('restarts an engine that ended, and waits for the new one', async () => {
    await last().becomeReady();
    await last().end({ code: 7, lastWords: 'disk full' });
    expect(states.at(-1)).toMatchObject({ kind: 'restarting', why: 'It exited with code 7. Last message: disk full' });
    let found = false;
    void supervisor.running().then(() => (found = true));
    await clock.advance(15_000);
    expect(processes).toHaveLength(2);
    expect(found).toBe(false);
    await last().becomeReady();
    expect(found).toBe(true);
  });

  test('pauses longer before each further try', async () => {
    for (let end = 0; end < 4; end += 1) {
      await last().end();
      await clock.advance(15_000);
    }
    const pauses = states.flatMap((state) => (state.kind === 'restarting' ? [state.inMs] : []));
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
  });
});

describe('giving up', () => {
  async function endFiveTimes(): Promise<void> {
    for (let end = 0; end < 5; end += 1) {
      await last().end({ code: null, signal: 'SIGSEGV' });
      await clock.advance(15_000);
    }
  }

  test('is visible, bounded, and told to those who wait', async () => {
    const waiting = supervisor.running();
    const refused = expect(waiting).rejects.toMatchObject({ code: 'engine_gave_up' });
    await endFiveTimes();
    await refused;
    expect(processes).toHaveLength(5);
    expect(states.at(-1)).toEqual({ kind: 'gave_up', why: 'It was killed by SIGSEGV.' });
    await clock.advance(1_000_000);
    expect(processes).toHaveLength(5);
  });

  test('can be taken back', async () => {
    await endFiveTimes();
    supervisor.retry();
    await settle();
    expect(processes).toHaveLength(6);
    await last().becomeReady();
    expect(await supervisor.running()).toEqual(address);
  });

  test('forgets ends that are long past', async () => {
    for (let end = 0; end < 12; end += 1) {
      await last().becomeReady();
      await clock.advance(60_000);
      await last().end();
      await clock.advance(15_000);
    }
    expect(states.some(({ kind }) => kind === 'gave_up')).toBe(false);
  });

  test('comes at once when there is nothing to start', async () => {
    launchError = new Error('No Node 24 was found.');
    await last().end();
    await clock.advance(15_000);
    expect(states.at(-1)).toEqual({ kind: 'gave_up', why: 'No Node 24 was found.' });
  });

  test('is not taken back when it did not happen', async () => {
    supervisor.retry();
    await settle();
    expect(processes).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('asks, closes the input and waits; nothing restarts', async () => {
    await last().becomeReady();
    const order: string[] = [];
    const stopped = supervisor.stop(1000, async () => void order.push('asked')).then(() => order.push('stopped'));
    await settle();
    expect(last().inputEnded).toBe(true);
    expect(order).toEqual(['asked']);
    await last().end({ code: 0 });
    await stopped;
    expect(order).toEqual(['asked', 'stopped']);
    expect(states.at(-1)).toEqual({ kind: 'stopping' });
    await clock.advance(100_000);
    expect(processes).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('kills after the limit, even when the asking never ends', async () => {
    await last().becomeReady();
    const stopped = supervisor.stop(1000, () => new Promise(() => {}));
    await clock.advance(1000);
    await stopped;
    expect(last().killed).toBe(true);
  });

  test('can be hurried', async () => {
    const stopped = supervisor.stop(100_000, nothingToAsk);
    supervisor.kill();
    await stopped;
    expect(last().killed).toBe(true);
  });

  test('goes on when asking fails', async () => {
    const stopped = supervisor.stop(1000, async () => {
      throw new Error('not connected');
    });
    await settle();
    expect(last().inputEnded).toBe(true);
    await last().end();
    await stopped;
  });

  test('is done at once between two engines', async () => {
    await last().end();
    await supervisor.stop(1000, nothingToAsk);
    await clock.advance(100_000);
    expect(processes).toHaveLength(1);
  });
});
