import { z } from 'zod';
import { ErrorCode, SwarmError } from '#shared/domain/errorCodes.ts';
import { SwarmId } from '#shared/domain/ids.ts';
import type { Logger } from '#shared/util/logger.ts';
import { ChildProgram, type ProgramEnd } from '#engine/machine/platform/ChildProgram.ts';

/** The line that a coordinator prints when it serves. */
const Ready = z.object({
  event: z.literal('ready'),
  url: z.url(),
  swarmId: SwarmId,
});
const Failed = z.object({ event: z.literal('error'), code: ErrorCode, message: z.string() });

/** A coordinator that serves. */
export interface RunningCoordinator {
  readonly url: string;
  readonly port: number;
  readonly swarmId: string;
}

/** A coordinator process, serving or starting. */
export interface CoordinatorProcess {
  readonly pid: number | null;
  /** Rejects with a SwarmError when the process ends or times out before it serves. */
  readonly ready: Promise<RunningCoordinator>;
  readonly ended: Promise<ProgramEnd>;
  stop(limitMs: number): Promise<void>;
}

export interface CoordinatorLaunch {
  readonly folder: string;
  readonly node: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** 0 takes any free port. */
  readonly port: number;
  /** True when other computers of the network may reach it. */
  readonly onNetwork: boolean;
}

const readyWithinMs = 30_000;

/** Starts a private coordinator. */
export function startCoordinator(launch: CoordinatorLaunch): CoordinatorProcess {
  const ready = Promise.withResolvers<RunningCoordinator>();
  let failure: SwarmError | undefined;
  const program = new ChildProgram({
    node: launch.node,
    entry: launch.entry,
    args: [
      '--private',
      '--child',
      '--json',
      '--host',
      launch.onNetwork ? '0.0.0.0' : '127.0.0.1',
      '--port',
      String(launch.port),
      '--data',
      launch.folder,
    ],
    env: launch.env,
    onLine: (source, line) => {
      if (source === 'errors') return launch.logger.debug('coordinator', { line: line.slice(0, 500) });
      const message = parseLine(line);
      if (message instanceof SwarmError) failure = message;
      else if (message !== undefined) ready.resolve(message);
    },
  });
  const limit = setTimeout(() => void program.stop(0), readyWithinMs);
  ready.promise.then(
    () => clearTimeout(limit),
    () => clearTimeout(limit),
  );
  void program.ended.then(({ lastWords }) =>
    ready.reject(failure ?? new SwarmError('internal', `The coordinator did not start: ${lastWords}`)),
  );
  return {
    get pid() {
      return program.pid;
    },
    ready: ready.promise,
    ended: program.ended,
    stop: (limitMs) => program.stop(limitMs),
  };
}

function parseLine(line: string): RunningCoordinator | SwarmError | undefined {
  const value = parseJson(line);
  const failed = Failed.safeParse(value);
  if (failed.success) return new SwarmError(failed.data.code, failed.data.message);
  const ready = Ready.safeParse(value);
  if (!ready.success) return undefined;
  const { url, swarmId } = ready.data;
  return { url, port: Number(new URL(url).port), swarmId };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
