import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { composeEngine } from '#engine/compose/composeEngine.ts';
import { noKeepAwake } from '#engine/ports/KeepAwake.ts';
import { noSenses } from '#engine/ports/Senses.ts';
import type { Engine } from '#engine/api/Engine.ts';
import type { Identity, IdentitySeeds } from '#engine/swarmLink/identity/Identity.ts';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';
import type { LogFields, Logger } from '#shared/util/logger.ts';
import { FakeInference } from './FakeInference.ts';
import type { FaultyLink, FaultyNetwork, Station } from './FaultyNetwork.ts';
import { madeCatalogueEntry } from './madeModel.ts';
import type { KnownEnd, Participant } from './Participant.ts';
import type { SeededRandom } from './SeededRandom.ts';
import type { SwarmPin } from './NodeSide.ts';
import type { WorkerHabits } from './WorkerHabits.ts';
import type { Trace } from './Trace.ts';
import { ProcessClock, type VirtualClock } from './VirtualClock.ts';
import type { Witness } from './Witness.ts';
import { fixedShelf } from '#test/helpers/fixedShelf.ts';
import { unknownMachine } from '#test/helpers/unknownMachine.ts';

export interface SimulatedEngineNeeds {
  readonly name: string;
  readonly identity: Identity;
  readonly seeds: IdentitySeeds;
  /** Holds one data folder per life. */
  readonly folder: string;
  readonly world: VirtualClock;
  readonly random: SeededRandom;
  readonly network: FaultyNetwork;
  readonly trace: Trace;
  readonly witness: Witness;
  readonly swarm: SwarmPin;
  readonly private: boolean;
  readonly habits: WorkerHabits;
  readonly slots: number;
}

/** The real engine with all its rooms and its real store; only clock, randomness, transport and inference are not. */
export class SimulatedEngine implements Participant {
  readonly notesOnlyOwnWork = true;
  readonly #needs: SimulatedEngineNeeds;
  #life = 0;
  #station: Station;
  #engine: Engine | null = null;
  #link: FaultyLink | null = null;

  constructor(needs: SimulatedEngineNeeds) {
    this.#needs = needs;
    this.#station = this.#newStation();
  }

  get name(): string {
    return this.#needs.name;
  }

  get identity(): Identity {
    return this.#needs.identity;
  }

  get isUp(): boolean {
    return this.#station.clock.isAlive;
  }

  start(): void {
    const { random, trace, world, witness, name, habits, slots, seeds } = this.#needs;
    const { clock } = this.#station;
    mkdirSync(this.#folder, { recursive: true });
    const store = openEngineStore({
      file: path.join(this.#folder, 'engine.db'),
      clock,
      soon: (run) => void clock.setTimer(random.fraction() * 3, run),
    });
    const installed = slots === 0 ? [] : [installedModel()];
    const engine = composeEngine({
      clock,
      random,
      logger: this.#logger(),
      home: this.#folder,
      store,
      version: '0.1.0',
      defaultName: name,
      dialer: { dial: () => this.#dial() },
      http: { post: () => Promise.reject(new SwarmError('not_connected')) },
      inference: new FakeInference({ clock, random, slots, ...habits, dies: habits.givesUp }),
      models: fixedShelf(installed),
      secrets: { seal: (plain) => Promise.resolve(plain), open: (sealed) => Promise.resolve(sealed) },
      identityVault: { load: () => Promise.resolve(JSON.stringify(seeds)), save: () => Promise.resolve() },
      senses: noSenses,
      keepAwake: noKeepAwake,
      machine: unknownMachine,
      computer: () => null,
      processor: null,
    });
    this.#engine = engine;
    trace.note(world.time, 'engine.started', name);
    const join = this.#life === 0 ? this.#joinOnce(store) : Promise.resolve();
    join
      .then(() => engine.start())
      .catch((error: unknown) => witness.accuse(`The engine of ${name} did not start: ${String(error)}`));
  }

  crash(told: boolean): void {
    const { network, trace, world } = this.#needs;
    trace.note(world.time, 'engine.crashed', this.name);
    const folder = this.#folder;
    this.#station.clock.kill();
    network.abandon(this.#station, told);
    this.#life += 1;
    mkdirSync(this.#folder, { recursive: true });
    cpSync(folder, this.#folder, { recursive: true });
    this.#engine = null;
    this.#link = null;
  }

  restart(): void {
    this.#station = this.#newStation();
    this.start();
  }

  hangUp(): void {
    this.#link?.close('engine hung up');
  }

  cutSilently(): void {
    this.#link?.goSilent();
  }

  submit(input: SubmissionInput): void {
    const { trace, witness } = this.#needs;
    trace.count('engine.submitted');
    const { clock } = this.#station;
    const submission = Submission.parse(input);
    const submitted = this.#engine?.handlers['task.submit']({ submission, detach: false });
    void submitted?.then(
      ({ taskId }) => {
        if (!clock.isAlive) return;
        trace.count('engine.submission.accepted');
        if (!witness.submitted.has(taskId)) witness.submitted.set(taskId, null);
      },
      (error: unknown) => trace.count(`engine.submission.${error instanceof SwarmError ? error.code : String(error)}`),
    );
  }

  ownTasks(): string[] {
    return this.#rows().map(({ task_id }) => task_id);
  }

  cancellable(): string[] {
    return this.#rows()
      .filter(({ over, acknowledged }) => over === 0 && acknowledged === 1)
      .map(({ task_id }) => task_id);
  }

  cancel(taskId: string): void {
    this.#needs.trace.count('engine.cancel.wanted');
    void this.#engine?.handlers['task.cancel']({ taskId }).then(
      () => this.#needs.trace.count('engine.cancelled'),
      () => this.#needs.trace.count('engine.cancel.failed'),
    );
  }

  unrest(lastEvent: number): string[] {
    const { name } = this;
    const state = this.#engine?.slice('swarm').connection.state ?? 'down';
    const open = this.#rows().filter(({ over }) => over === 0);
    const cursor = this.#number('SELECT coalesce(max(cursor), 0) FROM event_cursors');
    const waiting = this.#number('SELECT count(*) FROM outbox');
    const running = this.#number("SELECT count(*) FROM assignments WHERE status = 'running'");
    return [
      ...(state === 'connected' ? [] : [`${name} is ${state}`]),
      ...(open.length === 0 ? [] : [`${name} waits for own tasks: ${open.map(({ task_id }) => task_id).join(', ')}`]),
      ...(waiting + running === 0 ? [] : [`${name} still holds ${waiting} results, ${running} run`]),
      ...(cursor >= lastEvent ? [] : [`${name} has heard ${cursor} of ${lastEvent} events`]),
    ];
  }

  ends(): KnownEnd[] {
    return this.#rows().map(({ task_id, status, text }) => ({ taskId: task_id, status, text }));
  }

  earned(): ReadonlyMap<string, bigint> {
    return this.#read(
      (database) =>
        new Map(
          database
            .prepare<[], { assignment_id: string; credits: number }>('SELECT assignment_id, credits FROM assignments')
            .all()
            .map(({ assignment_id, credits }) => [assignment_id, BigInt(credits)]),
        ),
    );
  }

  #rows(): { task_id: string; status: string; over: number; acknowledged: number; text: string | null }[] {
    return this.#read((database) =>
      database
        .prepare<[], { task_id: string; status: string; over: number; acknowledged: number; text: string | null }>(
          'SELECT task_id, status, over, acknowledged, text FROM own_tasks ORDER BY task_id',
        )
        .all(),
    );
  }

  #number(sql: string): number {
    return this.#read((database) => Number(database.prepare(sql).pluck().get()));
  }

  /** Looks into the engine's database beside it. */
  #read<T>(look: (database: Database.Database) => T): T {
    const database = new Database(path.join(this.#folder, 'engine.db'), { readonly: true });
    try {
      return look(database);
    } finally {
      database.close();
    }
  }

  /** As after an enrolment that was answered: enrolment itself goes over HTTP and has tests of its own. */
  #joinOnce(store: EngineStore): Promise<void> {
    const { swarm, world } = this.#needs;
    return store.write(() => {
      store.swarms.join({
        swarmId: swarm.swarmId,
        publicKey: swarm.publicKey,
        address: swarm.address,
        name: 'Simulated',
        private: this.#needs.private,
        ownCoordinator: false,
        allowPlain: true,
        sealedSecret: null,
        sealedToken: null,
        tokenIssued: null,
        tokenExpires: null,
        joinedAt: world.utc,
      });
      store.settings.setMark('currentSwarm', swarm.swarmId);
      store.settings.setMark('lastSwarm', swarm.swarmId);
    });
  }

  async #dial(): Promise<FaultyLink> {
    const link = await this.#needs.network.dial(this.#station);
    this.#link = link;
    return link;
  }

  get #folder(): string {
    return path.join(this.#needs.folder, `${this.name}-life-${this.#life}`);
  }

  #newStation(): Station {
    return { name: this.name, clock: new ProcessClock(this.#needs.world) };
  }

  #logger(): Logger {
    const { trace, world, witness, name } = this.#needs;
    const { clock } = this.#station;
    const line = (level: string) => (message: string, fields?: LogFields) => {
      if (!clock.isAlive) return;
      trace.line(world.time, `${name} ${level} ${message} ${JSON.stringify(fields ?? {})}`);
      if (level === 'error')
        witness.accuse(`The engine of ${name} logged an error: ${message} ${JSON.stringify(fields ?? {})}`);
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

function installedModel(): InstalledModel {
  const file = { path: '/made-words.gguf', architecture: 'made', layers: 1, kvBytesPerToken: 1, installedAt: 0 };
  return { ...madeCatalogueEntry(), ...file, inCatalogue: true };
}
