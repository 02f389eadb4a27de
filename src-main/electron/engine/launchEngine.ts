import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { quietNodeFlags } from '#node/quietNode.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import type { EngineExit, EngineProcess, RunningEngine } from './EngineProcess.ts';

const Ready = z.object({ event: z.literal('ready'), home: z.string() });
const Failed = z.object({ event: z.literal('error'), message: z.string().max(2000) });

/** Lines of a crash report that do not state the reason: the stack trace and Node's version. */
const stackNoise = /^\s*$|^\s+|^[{}\]]|^Node\.js v/;

/** The Node executable, the engine's entry point, and its data folder. */
export interface EngineLaunch {
  readonly node: string;
  readonly entry: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts the engine as a child process, which stops by itself when its standard input closes. */
export function launchEngine(launch: EngineLaunch): EngineProcess {
  const child = spawn(launch.node, [...quietNodeFlags, launch.entry, '--home', launch.home], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...launch.env, OPEN_SWARM_HOME: launch.home },
    windowsHide: true,
  });
  // The engine may exit before its input is closed; `exited` reports that.
  child.stdin.on('error', () => {});
  let lastLog = '';
  let lastWords: string | null = null;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!stackNoise.test(line)) lastLog = line.slice(0, 500);
  });
  const ready = Promise.withResolvers<RunningEngine>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parseJson(line);
    lastWords = Failed.safeParse(message).data?.message ?? lastWords;
    void readReady(message).then((engine) => engine !== null && ready.resolve(engine));
  });
  const exited = Promise.withResolvers<EngineExit>();
  child.on('error', (error) => exited.resolve({ code: null, signal: null, lastWords: error.message }));
  child.on('close', (code, signal) => exited.resolve({ code, signal, lastWords: lastWords ?? lastLog }));
  return {
    ready: ready.promise,
    exited: exited.promise,
    endInput: () => child.stdin.end(),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The engine prints when it is ready, and publishes its port and secret in a file that only the owner can read. */
async function readReady(message: unknown): Promise<RunningEngine | null> {
  const parsed = Ready.safeParse(message);
  if (!parsed.success) return null;
  const file = await findRunningEngine(parsed.data.home);
  return file === null ? null : { home: parsed.data.home, port: file.port, secret: file.secret, ours: true };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
