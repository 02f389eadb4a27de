import os from 'node:os';
import { currentInstallation, type Installation } from '#node/Installation.ts';
import { type FolderLock, lockFolder } from '#node/folderLock.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Engine } from '#engine/api/Engine.ts';
import type { JoinRequest } from '#engine/swarmLink/membership/Membership.ts';
import { type EngineProblemCode, engineProblems } from '#engine/api/snapshot/engineProblems.ts';
import { openLocalApi } from '#engine/api/socket/openLocalApi.ts';
import { EngineMirror } from '#engine/api/snapshot/EngineMirror.ts';
import { MachineSampler } from '#engine/api/snapshot/MachineSampler.ts';
import { readProcessTree } from '#engine/api/snapshot/processTree.ts';
import { openMachineEngine } from '#engine/compose/openMachineEngine.ts';
import { computerMemory } from '#engine/machine/platform/computerMemory.ts';
import { type HomePaths, homePaths } from '#engine/machine/platform/homePaths.ts';
import { openLogger } from '#engine/machine/platform/openLogger.ts';
import { watchClock } from '#engine/machine/platform/watchClock.ts';
import { watchDisk } from '#engine/machine/platform/watchDisk.ts';
import { type HostParts, hostHandlers, joinPrivateSwarm } from './hostHandlers.ts';
import { PrivateSwarm } from './privateSwarm/PrivateSwarm.ts';
import { retryJoin } from './retryJoin.ts';

/** Announcement of an engine that is serving. */
export interface ReadyEngine {
  /** Address for a browser with a code, good once. */
  readonly ui: string;
  readonly home: string;
  readonly port: number;
  readonly portMoved: boolean;
}

/** How the engine of a process is opened. */
export interface HostOptions {
  /** Absolute data folder. */
  readonly home: string;
  /** Port of the pages; 0 takes a free one, undefined the one of the last run. */
  readonly port: number | undefined;
  /** Run a coordinator of its own and join it. */
  readonly privateSwarm: boolean;
  /** Swarm to join. */
  readonly join: JoinRequest | undefined;
  /** Prints a line of the log. */
  readonly showLog: (line: string) => void;
  /** Somebody asked the engine to stop; with `drain` running tasks get time to finish. */
  readonly requestStop: (options: { drain: boolean }) => void;
}

/** One engine with everything that belongs to its process: lock, log, local API, private swarm. */
export interface EngineHost {
  /** Joins the swarm that the command line names. Rejects with a SwarmError. */
  joinAsAsked(): Promise<void>;
  ready(): ReadyEngine;
  /** Drains for `drainMs` milliseconds at most, or until `hurry` aborts; then closes everything. */
  close(options: { drainMs: number; hurry: AbortSignal }): Promise<void>;
}

/** Opens the engine of a data folder. Rejects with a SwarmError and leaves nothing open then. */
export async function openHost(options: HostOptions): Promise<EngineHost> {
  const paths = homePaths(options.home);
  const lock = takeLock(paths);
  const log = openLogger({ file: paths.logFile, show: options.showLog });
  const undo: (() => unknown)[] = [() => lock.release(), () => log.close(), logCrash(log.logger)];
  const undoAll = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return await open(options, paths, { logger: log.logger, undo, undoAll });
  } catch (error) {
    await undoAll();
    throw error;
  }
}

/** Logs an uncaught exception before the process exits. */
function logCrash(logger: Logger): () => void {
  const log = (error: Error): void => logger.error('The engine crashed.', { error: error.stack ?? error.message });
  process.on('uncaughtExceptionMonitor', log);
  return () => process.off('uncaughtExceptionMonitor', log);
}

function takeLock(paths: HomePaths): FolderLock {
  try {
    return lockFolder(paths.home);
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== 'already_running') throw error;
    const message = `Open Swarm already runs with ${paths.home}. See: open-swarm status`;
    throw new SwarmError('already_running', message, { cause: error, details: { home: paths.home } });
  }
}

interface Opening {
  readonly logger: Logger;
  /** Steps that close what was opened, oldest first. */
  readonly undo: (() => unknown)[];
  readonly undoAll: () => Promise<void>;
}

async function open(options: HostOptions, paths: HomePaths, { logger, undo, undoAll }: Opening): Promise<EngineHost> {
  const installation = currentInstallation();
  const machine = await openMachineEngine({ paths, installation, logger });
  const { engine, models, version } = machine;
  undo.push(() => machine.close());
  const privateSwarm = openPrivateSwarm(engine, { paths, installation, logger });
  undo.push(() => privateSwarm.stop());
  await engine.start();
  undo.push(() => engine.stop({ drain: false }));
  models.start();
  const mirror = new EngineMirror(engine, systemClock);
  undo.push(() => mirror.close());
  const parts = { engine, models, privateSwarm, version, logFile: paths.logFile, requestStop: options.requestStop };
  const api = await openLocalApi({
    handlers: hostHandlers(parts),
    subscribe: mirror.subscribe,
    watchSamples: samplerOf(engine).watch,
    clock: systemClock,
    logger,
    version,
    runFolder: paths.run,
    pageFolder: installation.pageFolder,
    port: options.port,
    pid: process.pid,
  });
  undo.push(() => api.close());
  undo.push(...watchMachine(engine, paths, logger), reopenWithSetting(engine, privateSwarm, logger));
  setProblem(engine, 'port_moved', api.portMoved);
  setProblem(engine, 'model_refused', machine.modelProblems.length > 0);
  logger.info('The engine started.', { version, port: api.port, node: process.versions.node });
  return {
    joinAsAsked: async () => {
      if (options.privateSwarm) await joinPrivateSwarm(parts);
      else if (options.join !== undefined) await joinOther(engine, options.join);
      else if (engine.slice('swarm').joined?.ownCoordinator === true) await resumePrivateSwarm(parts, logger);
    },
    ready: () => ({ ui: api.newAddress(), home: paths.home, port: api.port, portMoved: api.portMoved }),
    close: async ({ drainMs, hurry }) => {
      logger.info('The engine stops.', { drainMs });
      await drain(engine, drainMs, hurry);
      await undoAll();
    },
  };
}

/** Starts the private swarm of the last run. A failure becomes a problem that the interface shows. */
async function resumePrivateSwarm(parts: HostParts, logger: Logger): Promise<void> {
  try {
    await joinPrivateSwarm(parts);
  } catch (error) {
    logger.error('Could not start the private swarm.', { error: error instanceof Error ? error.message : 'unknown' });
    setProblem(parts.engine, 'private_swarm_gave_up', true);
  }
}

/** Joins a swarm, unless it is the joined one: joining again would drop the connection. */
async function joinOther(engine: Engine, join: JoinRequest): Promise<void> {
  const { joined } = engine.slice('swarm');
  if (joined !== null && leadsTo(join.address, joined)) return;
  await retryJoin(systemClock, systemRandom, () => engine.join(join));
}

/** True when an address or an invite link leads to the joined swarm. */
function leadsTo(address: string, joined: { address: string; swarmId: string }): boolean {
  const invited = /^openswarm:\/\/[^#]*#([^.]+)/.exec(address)?.[1];
  return invited === joined.swarmId || URL.parse(address)?.origin === URL.parse(joined.address)?.origin;
}

/** Takes no new work and lets running tasks finish, within limits. */
async function drain(engine: Engine, drainMs: number, hurry: AbortSignal): Promise<void> {
  if (drainMs === 0 || hurry.aborted) return;
  const enough = AbortSignal.any([hurry, AbortSignal.timeout(drainMs)]);
  const cut = new Promise<void>((resolve) => enough.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([engine.stop({ drain: true }), cut]);
}

function openPrivateSwarm(
  engine: Engine,
  { paths, installation, logger }: { paths: HomePaths; installation: Installation; logger: Logger },
): PrivateSwarm {
  return new PrivateSwarm({
    folder: paths.swarm,
    node: installation.nodeExecutable(),
    entry: installation.entryPoint('coordinator'),
    env: process.env,
    onNetwork: () => engine.slice('settings')['privateSwarm.onNetwork'],
    clock: systemClock,
    random: systemRandom,
    logger: logger.child({ room: 'privateSwarm' }),
    onState: (state) => setProblem(engine, 'private_swarm_gave_up', state === 'gave_up'),
    onRestarted: ({ url }) => {
      if (engine.slice('swarm').joined?.ownCoordinator === true) void engine.moveSwarm(url);
    },
  });
}

/** Reopens the private swarm when its owner opens it to the network or closes it. */
function reopenWithSetting(engine: Engine, privateSwarm: PrivateSwarm, logger: Logger): () => void {
  const onNetwork = (): boolean => engine.slice('settings')['privateSwarm.onNetwork'];
  let before = onNetwork();
  return engine.onChange((slice) => {
    if (slice !== 'settings' || onNetwork() === before) return;
    before = onNetwork();
    privateSwarm.reopen().catch((error: unknown) => {
      logger.error('Could not reopen the private swarm.', { error: String(error) });
      setProblem(engine, 'private_swarm_gave_up', true);
    });
  });
}

function samplerOf(engine: Engine): MachineSampler {
  return new MachineSampler({
    clock: systemClock,
    readUse: readProcessTree,
    tokensPerSecond: () =>
      engine
        .slice('tasks')
        .filter((task) => task.role === 'node')
        .reduce((sum, task) => sum + (task.tokensPerSecond ?? 0), 0),
    processors: os.availableParallelism(),
    memoryTotalBytes: computerMemory(),
  });
}

const jumpShownMs = 60_000;

/** Watches the clock and the disk; returns the functions that stop this. */
function watchMachine(engine: Engine, paths: HomePaths, logger: Logger): (() => void)[] {
  return [
    watchClock(systemClock, (jumpedMs) => {
      logger.warn('The clock jumped.', { jumpedMs });
      setProblem(engine, 'clock_jumped', true);
      systemClock.setTimer(jumpShownMs, () => setProblem(engine, 'clock_jumped', false));
    }),
    watchDisk(systemClock, paths.home, { onChange: (isShort) => setProblem(engine, 'disk_short', isShort) }),
  ];
}

function setProblem(engine: Engine, code: EngineProblemCode, isThere: boolean): void {
  engine.setProblem(code, isThere ? engineProblems[code] : null);
}
