import path from 'node:path';
import { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { SwarmId } from '#shared/domain/ids.ts';
import { backoffDelay, type BackoffPlan } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { inviteLink, networkAddress } from '#node/inviteLink.ts';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';
import { readSecret, renewSecret } from '#node/swarmSecret.ts';
import { startCoordinator, type CoordinatorProcess, type RunningCoordinator } from './startCoordinator.ts';

/** `gave_up`: the coordinator ended too often; only `start` tries again. */
export type PrivateSwarmState = 'stopped' | 'starting' | 'running' | 'restarting' | 'gave_up';

export interface PrivateSwarmOptions {
  /** HOME/swarm */
  readonly folder: string;
  readonly node: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when other computers of the network may reach it; read at each start. */
  readonly onNetwork: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onState: (state: PrivateSwarmState, problem: string | null) => void;
  /** The coordinator was restarted, perhaps on another port. */
  readonly onRestarted: (coordinator: RunningCoordinator) => void;
}

/** The means to join the swarm, from this computer or another one. */
export interface SwarmInvite {
  /** Address on this computer. */
  readonly url: string;
  readonly secret: string;
  readonly link: string;
  /** The link works in the whole network, not just on this computer. */
  readonly onNetwork: boolean;
}

const KeptPort = z.object({ port: z.int().min(1).max(65_535), swarmId: SwarmId });

const restarts = { most: 6, withinMs: 120_000 } as const;
const pauses: BackoffPlan = { firstMs: 250, mostMs: 8000 };
const stopWithinMs = 10_000;

/** Supervises a coordinator of the owner's own: restarts it while the engine runs. */
export class PrivateSwarm {
  readonly #options: PrivateSwarmOptions;
  #process: CoordinatorProcess | undefined;
  #running: RunningCoordinator | undefined;
  #starting: Promise<RunningCoordinator> | undefined;
  #ends: number[] = [];
  #retry: Timer | undefined;
  #stopped = true;

  constructor(options: PrivateSwarmOptions) {
    this.#options = options;
  }

  /** True if the folder contains the swarm of an earlier run. */
  get exists(): boolean {
    return this.#kept() !== undefined;
  }

  /** The coordinator; undefined while it does not run. */
  get running(): RunningCoordinator | undefined {
    return this.#running;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Starts the coordinator unless it runs. Rejects with a SwarmError when it does not come up. */
  async start(): Promise<RunningCoordinator> {
    if (this.#running !== undefined) return this.#running;
    this.#stopped = false;
    this.#ends = [];
    this.#retry?.cancel();
    return this.#startOnce();
  }

  /** Starts the coordinator and returns an invitation; `renew` replaces the secret. Rejects with a SwarmError. */
  async invite(options: { renew: boolean } = { renew: false }): Promise<SwarmInvite> {
    const { url, port, swarmId } = await this.start();
    const { folder, random, onNetwork } = this.#options;
    const secret = options.renew ? renewSecret(folder, random) : readSecret(folder);
    if (secret === null) throw new SwarmError('conflict', 'The invite links of this swarm were revoked.');
    const network = onNetwork() ? networkAddress() : null;
    const host = network === null ? new URL(url).host : `${network}:${port}`;
    return { url, secret, link: inviteLink({ host, swarmId, secret }), onNetwork: network !== null };
  }

  /** Restarts a running coordinator, so that it listens on the addresses that `onNetwork` selects. */
  async reopen(): Promise<void> {
    if (this.#running === undefined) return;
    await this.stop();
    this.#options.onRestarted(await this.start());
  }

  /** Stops the coordinator. Resolves when its process has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    await this.#process?.stop(stopWithinMs);
    this.#options.onState('stopped', null);
  }

  /** Concurrent starts share one process: a second one would find the folder locked. */
  #startOnce(): Promise<RunningCoordinator> {
    this.#starting ??= this.#launch().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  #kept(): z.infer<typeof KeptPort> | undefined {
    return readJsonFile(this.#portFile, KeptPort);
  }

  get #portFile(): string {
    return path.join(this.#options.folder, 'port.json');
  }

  async #launch(): Promise<RunningCoordinator> {
    const kept = this.#kept();
    this.#options.onState('starting', null);
    try {
      return await this.#launchOn(kept?.port ?? 0);
    } catch (error) {
      const taken = error instanceof SwarmError && error.code === 'port_taken' && kept !== undefined;
      if (!taken) throw error;
      this.#options.logger.warn('The port of the private swarm is taken; using another one.', { port: kept.port });
      return this.#launchOn(0);
    }
  }

  async #launchOn(port: number): Promise<RunningCoordinator> {
    const { folder, node, entry, env, logger, onNetwork } = this.#options;
    const process = startCoordinator({ folder, node, entry, env, logger, port, onNetwork: onNetwork() });
    this.#process = process;
    const running = await process.ready;
    if (this.#stopped) {
      await process.stop(stopWithinMs);
      throw new SwarmError('shutting_down', 'The private swarm was stopped while it started.');
    }
    this.#running = running;
    writeJsonFile(this.#portFile, { port: running.port, swarmId: running.swarmId });
    this.#options.onState('running', null);
    void process.ended.then(({ lastWords }) => this.#over(process, lastWords));
    return running;
  }

  #over(process: CoordinatorProcess, lastWords: string): void {
    if (process !== this.#process) return;
    this.#running = undefined;
    this.#process = undefined;
    if (!this.#stopped) this.#restartLater(lastWords);
  }

  #restartLater(lastWords: string): void {
    const { clock, random, logger, onState } = this.#options;
    const now = clock.monotonic();
    this.#ends = [...this.#ends.filter((end) => now - end < restarts.withinMs), now];
    if (this.#ends.length > restarts.most) {
      logger.error('The private swarm gave up.', { lastWords });
      onState('gave_up', lastWords);
      return;
    }
    logger.warn('The coordinator of the private swarm ended; restarting it.', { lastWords });
    onState('restarting', lastWords);
    this.#retry = clock.setTimer(backoffDelay(pauses, this.#ends.length - 1, random), () => void this.#restart());
  }

  async #restart(): Promise<void> {
    try {
      this.#options.onRestarted(await this.#startOnce());
    } catch (error) {
      if (!this.#stopped) this.#restartLater(error instanceof Error ? error.message : 'It did not start.');
    }
  }
}
