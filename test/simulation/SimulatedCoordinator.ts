import path from 'node:path';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { type Coordinator, createCoordinator } from '#coordinator/compose/createCoordinator.ts';
import { openStorage } from '#coordinator/storage/openStorage.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import { databaseFile } from '#coordinator/storage/sqlite/schema.ts';
import { codeParses } from '#coordinator/judging/quality/codeParses.ts';
import { verifyLedger } from '#coordinator/audit/verifyLedger.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import { type SigningKey, verifySignature } from '#node/keys/keys.ts';
import type { LogFields, Logger } from '#shared/util/logger.ts';
import type { FaultyNetwork, Station } from './FaultyNetwork.ts';
import { LateStorage } from './LateStorage.ts';
import { madeCatalogueEntry } from './madeModel.ts';
import { mortalStorage } from './mortalStorage.ts';
import type { Sabotage } from './sabotage.ts';
import type { SeededRandom } from './SeededRandom.ts';
import type { SwarmPin } from './NodeSide.ts';
import type { Trace } from './Trace.ts';
import { ProcessClock, type VirtualClock } from './VirtualClock.ts';

export interface CoordinatorMaker {
  /** Holds one data folder per life of the coordinator. */
  readonly folder: string;
  readonly key: SigningKey;
  readonly swarmId: string;
  readonly world: VirtualClock;
  readonly random: SeededRandom;
  readonly network: FaultyNetwork;
  readonly trace: Trace;
  readonly private: boolean;
  /** Draws how long its storage takes; null for one that answers at once. */
  readonly lateness: SeededRandom | null;
  /** A rule that is broken on purpose. */
  readonly sabotage?: Sabotage;
}

const address = 'http://127.0.0.1:4000';
const secret = 'a secret of the swarm';

/** The real coordinator on its real store, which can die at any moment and come back on what was on the disk then. */
export class SimulatedCoordinator {
  readonly #maker: CoordinatorMaker;
  #life = 0;
  #station: Station;
  #coordinator: Coordinator | null = null;
  #storage: Storage | null = null;
  #late: LateStorage | null = null;
  #crashedAt: number | null = null;
  #wallOffset = 0;
  /** An error that the coordinator itself called one: no fault of the network explains it. */
  broken: string | null = null;

  constructor(maker: CoordinatorMaker) {
    this.#maker = maker;
    this.#station = this.#newStation();
  }

  get pin(): SwarmPin {
    return { swarmId: this.#maker.swarmId, publicKey: this.#maker.key.publicKey, address };
  }

  get databaseFile(): string {
    return path.join(this.#folder, databaseFile);
  }

  async start(): Promise<void> {
    const { key, network, random, swarmId, trace, world } = this.#maker;
    trace.note(world.time, 'coordinator.started');
    const { clock } = this.#station;
    const downMs = this.#crashedAt === null ? 0 : world.time - this.#crashedAt;
    const late = this.#lateStorage();
    this.#late = late;
    const opened = openStorage({
      folder: this.#folder,
      clock,
      swarmId,
      signingKey: key,
      private: this.#maker.private,
      incentives: 10_000_000n,
      downMs,
      // Not at once, so that a crash may come between a decision and its commit.
      soon: (run) => void clock.setTimer(random.fraction() * 3, run),
      ...(late === null ? {} : { distance: late.distance }),
    });
    const sabotaged = this.#maker.sabotage?.storage?.(opened, this.databaseFile) ?? opened;
    const storage = mortalStorage(late?.around(sabotaged) ?? sabotaged, () => clock.isAlive);
    this.#storage = storage;
    const coordinator = createCoordinator({
      clock,
      random,
      logger: this.#logger(),
      storage,
      signingKey: key,
      tokenKey: key,
      catalogue: { version: 1, models: [madeCatalogueEntry()] },
      swarm: {
        name: 'Simulated',
        private: this.#maker.private,
        grant: 0n,
        secret: () => secret,
        ownAddresses: () => [address],
      },
      verify: (claim) => Promise.resolve(verifySignature(claim)),
      // Threads have a time of their own.
      parser: { parses: (pieces) => Promise.resolve(codeParses(pieces)), close: () => Promise.resolve() },
    });
    this.#coordinator = coordinator;
    await coordinator.start();
    network.listen({ station: this.#station, accept: (link) => coordinator.accept(link) });
    await Promise.resolve();
  }

  /** Admits a node as enrolment does once both sides have proved themselves. */
  async enrol(identity: Identity, name: string, grant: bigint): Promise<void> {
    const { certificate, accountId, nodeId } = identity;
    const now = this.#station.clock.now();
    const command = enrolNode({
      account: { accountId, accountKey: certificate.accountKey },
      node: {
        nodeId,
        nodeKey: certificate.nodeKey,
        name,
        pseudonym: name,
        addressPrefix: '',
        hardwareFingerprint: '',
        status: 'approved',
      },
      grant,
      token: { jti: `token-${nodeId}`, expires: now + 1e10 },
      now,
    });
    await this.#storage?.books.run(command);
  }

  /** Dies at once: memory is gone, and what was not committed. `keep` copies the disk as it is at this moment. */
  async crash(told: boolean, keep: (from: string, to: string) => void): Promise<void> {
    const { network, trace, world } = this.#maker;
    trace.note(world.time, 'coordinator.crashed');
    network.listen(null);
    this.#station.clock.kill();
    network.abandon(this.#station, told);
    const disk = this.#maker.sabotage?.staleDiskMs === undefined ? this.#folder : this.#staleDisk;
    const old = this.#storage;
    this.#life += 1;
    keep(disk, this.#folder);
    this.#coordinator = null;
    this.#storage = null;
    this.#crashedAt = world.time;
    this.#station = this.#newStation();
    this.#late?.hurry();
    // What the dead one still writes goes to its old disk, which nobody reads any more.
    await old?.close();
  }

  /** Remembers the disk as it is now, for a crash that loses what came after. */
  keepStaleDisk(keep: (from: string, to: string) => void): void {
    keep(this.#folder, this.#staleDisk);
  }

  /** Somebody moves the clock of the coordinator's machine. */
  jumpClock(millis: number): void {
    this.#maker.trace.note(this.#maker.world.time, 'fault.clock_jump', String(millis));
    this.#wallOffset += millis;
    this.#station.clock.jump(millis);
  }

  /** The operator's own audit over the data folder, as `coordinator verify` runs it. */
  async verify(): Promise<string | null> {
    await this.dispose();
    const report = verifyLedger(this.#folder);
    return report.ok
      ? null
      : `coordinator verify: ${JSON.stringify(report, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
  }

  async dispose(): Promise<void> {
    this.#maker.network.listen(null);
    this.#station.clock.kill();
    const storage = this.#storage;
    this.#storage = null;
    this.#coordinator = null;
    this.#late?.hurry();
    await storage?.close();
  }

  get coordinator(): Coordinator | null {
    return this.#coordinator;
  }

  get #folder(): string {
    return path.join(this.#maker.folder, `life-${this.#life}`);
  }

  get #staleDisk(): string {
    return path.join(this.#maker.folder, `stale-${this.#life}`);
  }

  #lateStorage(): LateStorage | null {
    const { lateness } = this.#maker;
    if (lateness === null) return null;
    const { clock } = this.#station;
    // Few rows are remembered, so that most commands load some.
    const later = (run: () => void): void => void clock.setTimer(lateness.fraction() * 4, run);
    return new LateStorage({ later, remembered: lateness.between(0, 8) });
  }

  #newStation(): Station {
    return { name: `coordinator ${this.#life}`, clock: new ProcessClock(this.#maker.world, this.#wallOffset) };
  }

  #logger(): Logger {
    const { trace, world } = this.#maker;
    const station = this.#station;
    const line = (level: string) => (message: string, fields?: LogFields) => {
      if (!station.clock.isAlive) return;
      trace.line(world.time, `${level} ${message} ${JSON.stringify(fields ?? {})}`);
      if (level === 'error')
        this.broken ??= `The coordinator logged an error: ${message} ${JSON.stringify(fields ?? {})}`;
    };
    const logger: Logger = {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      child: () => logger,
    };
    return logger;
  }
}
