import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { SubmissionInput } from '#shared/domain/tasks/task.ts';
import { base64urlnopad } from '@scure/base';
import { identityOf, type IdentitySeeds } from '#engine/swarmLink/identity/Identity.ts';
import { keyId, loadSigningKey } from '#node/keys/keys.ts';
import { FaultyNetwork, noFaults } from './FaultyNetwork.ts';
import { checkAcknowledged, checkEnd } from './promises.ts';
import { LedgerProbe } from './LedgerProbe.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { SeededRandom } from './SeededRandom.ts';
import type { Sabotage } from './sabotage.ts';
import { SimulatedCoordinator } from './SimulatedCoordinator.ts';
import type { Participant } from './Participant.ts';
import { SimulatedEngine } from './SimulatedEngine.ts';
import { SimulatedNode } from './SimulatedNode.ts';
import { Trace } from './Trace.ts';
import { VirtualClock } from './VirtualClock.ts';
import { Witness } from './Witness.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Where the databases lie while it runs: memory-backed is fastest. */
  readonly folder: string;
  /** Receives every line of the trace. */
  readonly print?: (line: string) => void;
  /** The coordinator's storage answers later, as one on another machine does. */
  readonly late?: boolean;
  /** Breaks something on purpose, to see that it is noticed. */
  readonly sabotage?: Sabotage;
}

export interface SimulationResult {
  readonly seed: number;
  /** The first broken rule; null when all held. */
  readonly broken: string | null;
  readonly digest: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly events: number;
  /** Virtual milliseconds. */
  readonly lasted: number;
}

/** How long everybody may take after the storm, in virtual milliseconds, and how many timers that may be. */
const patience = { millis: 900_000, events: 400_000 } as const;
/** Every so many commits all rules are checked instead of the cheap ones. */
const fullCheckEvery = 20;

/** Runs one seed from start to end. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const folder = mkdtempSync(path.join(options.folder, 'swarm-'));
  const world = new World(options, folder);
  const onRejection = (error: unknown): void =>
    world.accuse(`Nobody handled: ${error instanceof Error ? error.stack : String(error)}`);
  process.on('unhandledRejection', onRejection);
  try {
    await world.run();
  } finally {
    process.off('unhandledRejection', onRejection);
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return world.result();
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
}

class World {
  readonly #options: SimulationOptions;
  readonly #clock = new VirtualClock();
  readonly #random: SeededRandom;
  readonly #trace: Trace;
  readonly #witness = new Witness();
  readonly #network: FaultyNetwork;
  readonly #scenario: Scenario;
  readonly #coordinator: SimulatedCoordinator;
  readonly #nodes: Participant[] = [];
  readonly #folder: string;
  #probe: LedgerProbe | null = null;
  #version = -1;
  #commits = 0;
  #broken: string | null = null;
  #digest = '';

  constructor(options: SimulationOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#random = new SeededRandom(options.seed);
    this.#trace = new Trace(options.print ?? null);
    this.#network = new FaultyNetwork({ world: this.#clock, random: this.#random.fork(), trace: this.#trace });
    this.#scenario = drawScenario(this.#random.fork());
    const key = loadSigningKey(base64urlnopad.encode(this.#random.bytes(32)));
    this.#coordinator = new SimulatedCoordinator({
      folder,
      key,
      swarmId: keyId('swm', key.publicKey),
      world: this.#clock,
      random: this.#random.fork(),
      network: this.#network,
      trace: this.#trace,
      private: this.#scenario.private,
      lateness: options.late === true ? new SeededRandom(options.seed) : null,
      ...(options.sabotage === undefined ? {} : { sabotage: options.sabotage }),
    });
  }

  async run(): Promise<void> {
    await this.#begin();
    await this.#storm();
    await this.#calm();
    if (this.#broken === null) this.#broken = this.#finalProblem();
    if (this.#broken === null) await this.#verifyLedger();
  }

  accuse(rule: string): void {
    this.#broken ??= rule;
  }

  async close(): Promise<void> {
    this.#probe?.close();
    await this.#coordinator.dispose();
  }

  result(): SimulationResult {
    if (this.#digest === '') this.#digest = this.#trace.digest();
    return {
      seed: this.#options.seed,
      broken: this.#broken,
      digest: this.#digest,
      counts: this.#trace.counts,
      events: this.#clock.events,
      lasted: this.#clock.time,
    };
  }

  async #begin(): Promise<void> {
    const accounts: string[] = [];
    await this.#settle(this.#coordinator.start());
    for (const [index, plan] of this.#scenario.nodes.entries()) {
      const shared = plan.sharesAccountOf === null ? undefined : accounts[plan.sharesAccountOf];
      const accountSeed = shared ?? base64urlnopad.encode(this.#random.bytes(32));
      accounts.push(accountSeed);
      const seeds: IdentitySeeds = {
        version: 1,
        accountSeed,
        nodeSeed: base64urlnopad.encode(this.#random.bytes(32)),
        certifiedAt: Math.round(this.#clock.utc),
      };
      const node = this.#newParticipant(`n${index}`, seeds, plan);
      this.#nodes.push(node);
      if (plan.habits.lie !== null) this.#trace.count(`liar.${plan.habits.lie}`);
      await this.#settle(this.#coordinator.enrol(node.identity, node.name, this.#scenario.grant));
    }
    for (const node of this.#nodes) node.start();
    this.#openProbe();
  }

  #newParticipant(name: string, seeds: IdentitySeeds, plan: Scenario['nodes'][number]): Participant {
    const needs = {
      name,
      identity: identityOf(seeds),
      world: this.#clock,
      random: this.#random.fork(),
      network: this.#network,
      trace: this.#trace,
      witness: this.#witness,
      swarm: this.#coordinator.pin,
      habits: plan.habits,
      slots: plan.slots,
    };
    return plan.engine
      ? new SimulatedEngine({ ...needs, seeds, folder: this.#folder, private: this.#scenario.private })
      : new SimulatedNode(needs);
  }

  /** Everything at random times while the network is bad. */
  async #storm(): Promise<void> {
    const { scenario, random } = { scenario: this.#scenario, random: this.#random };
    this.#network.faults = scenario.faults;
    const plan = (times: number, run: () => void): void => {
      for (let index = 0; index < times; index += 1) this.#clock.plan(random.between(500, scenario.storm), run);
    };
    plan(scenario.tasks, () => this.#submitSomething());
    plan(scenario.cancels, () => this.#cancelSomething());
    plan(scenario.nodeCrashes, () => this.#crashSomeNode());
    plan(scenario.silentCuts, () => {
      this.#trace.note(this.#clock.time, 'fault.half_open');
      random.pick(this.#nodes).cutSilently();
    });
    plan(scenario.hangUps, () => {
      this.#trace.note(this.#clock.time, 'fault.hung_up');
      random.pick(this.#nodes).hangUp();
    });
    plan(scenario.clockJumps, () => this.#coordinator.jumpClock(random.pick([-30_000, 20_000])));
    const crashes = Array.from({ length: scenario.coordinatorCrashes }, () => random.between(1000, scenario.storm));
    for (const at of crashes.toSorted((a, b) => a - b)) {
      await this.#growOld(at);
      await this.#runUntil(at);
      // Not at a round time: in the middle of what happens then.
      await this.#runSteps(random.between(0, 40));
      await this.#crashCoordinator();
    }
    await this.#runUntil(scenario.storm);
  }

  /** Sabotage alone: the disk stays behind what was acknowledged. */
  async #growOld(at: number): Promise<void> {
    const staleMs = this.#options.sabotage?.staleDiskMs;
    if (staleMs === undefined) return;
    await this.#runUntil(at - staleMs);
    this.#coordinator.keepStaleDisk(copyFolder);
  }

  /** No faults any more: everybody comes back, and everything must come to its end. */
  async #calm(): Promise<void> {
    this.#network.faults = noFaults;
    // Links cut silently are noticed at last, as TCP does after a while.
    for (const link of this.#network.links()) if (link.isSilent) link.breakOff('timed out');
    for (const node of this.#nodes) if (!node.isUp) node.restart();
    const end = this.#clock.time + patience.millis;
    const most = this.#clock.events + patience.events;
    while (this.#broken === null && !this.#isQuiet()) {
      if (this.#clock.time >= end || this.#clock.events > most) {
        this.#broken = `Not quiet after ${Math.round(this.#clock.time)} ms: ${this.#unrest()} ${this.#probe?.atRest() ?? ''}`;
        return;
      }
      await this.#runUntil(this.#clock.time + 1000);
    }
  }

  #isQuiet(): boolean {
    return this.#unrest() === '' && this.#probe?.atRest() === null;
  }

  #unrest(): string {
    const restless = this.#nodes.flatMap((node) => node.unrest(this.#probe?.lastEvent(node.identity.nodeId) ?? 0));
    return restless.join('; ');
  }

  #submitSomething(): void {
    const { random } = this;
    const up = this.#nodes.filter(({ isUp }) => isUp);
    if (up.length === 0) return;
    const node = random.pick(up);
    const own = node.ownTasks();
    const parents = own.length > 0 && random.chance(0.2) ? [random.pick(own)] : [];
    node.submit(this.#drawSubmission(parents));
  }

  #drawSubmission(parents: string[]): SubmissionInput {
    const { random } = this;
    return {
      type: random.pick(['code_completion', 'chat'] as const),
      messages: [{ role: 'user', content: `function sum${random.between(1, 9999)}(`.repeat(random.between(1, 4)) }],
      maxTokens: random.pick([1, 3, 12, 40, 120]),
      deadlineMs: random.pick([5000, 30_000, 90_000]),
      priority: random.pick(['low', 'medium', 'high'] as const),
      quality: random.pick(['fast', 'balanced'] as const),
      audience: random.chance(0.1) ? 'own' : 'anyone',
      privacy: random.chance(0.1) ? 'restricted' : 'internal',
      parents,
    };
  }

  #cancelSomething(): void {
    const open = this.#nodes.flatMap((node) =>
      node.isUp ? node.cancellable().map((taskId) => ({ node, taskId })) : [],
    );
    if (open.length === 0) return;
    const { node, taskId } = this.random.pick(open);
    node.cancel(taskId);
  }

  #crashSomeNode(): void {
    const up = this.#nodes.filter(({ isUp }) => isUp);
    if (up.length === 0) return;
    const node = this.random.pick(up);
    node.crash(this.random.chance(0.5));
    this.#clock.plan(this.random.between(500, 20_000), () => {
      if (!node.isUp) node.restart();
    });
  }

  async #crashCoordinator(): Promise<void> {
    this.#checkNow(true);
    this.#probe?.close();
    this.#probe = null;
    const down = this.random.pick([50, 500, 4000, 20_000]);
    await this.#coordinator.crash(this.random.chance(0.7), copyFolder);
    await this.#runUntil(this.#clock.time + down);
    await this.#settle(this.#coordinator.start());
    this.#openProbe();
    this.#broken ??= this.#probe === null ? null : checkAcknowledged(this.#probe, this.#witness);
  }

  get random(): SeededRandom {
    return this.#random;
  }

  async #runUntil(time: number): Promise<void> {
    while (this.#broken === null && (await this.#clock.step(time))) this.#afterStep();
  }

  async #runSteps(count: number): Promise<void> {
    for (let index = 0; index < count && this.#broken === null; index += 1) {
      if (!(await this.#clock.step(Number.POSITIVE_INFINITY))) return;
      this.#afterStep();
    }
  }

  /** Lets virtual time pass until a promise settles. */
  async #settle(promise: Promise<unknown>): Promise<void> {
    const state = { done: false };
    const watched = promise.finally(() => {
      state.done = true;
    });
    void watched.catch(() => undefined);
    await new Promise(setImmediate);
    while (!state.done && (await this.#clock.step(this.#clock.time + 10_000)));
    await watched;
  }

  #afterStep(): void {
    this.#broken ??= this.#witness.broken ?? this.#coordinator.broken;
    const version = this.#probe?.version() ?? this.#version;
    if (version === this.#version) return;
    this.#version = version;
    this.#commits += 1;
    this.#checkNow(this.#commits % fullCheckEvery === 0);
  }

  #checkNow(fully: boolean): void {
    if (this.#probe === null) return;
    this.#broken ??= fully ? this.#probe.full() : this.#probe.quick();
  }

  #openProbe(): void {
    this.#probe = new LedgerProbe(this.#coordinator.databaseFile);
    this.#version = -1;
  }

  #finalProblem(): string | null {
    if (this.#probe === null) return 'The coordinator is down at the end';
    return (
      this.#witness.broken ??
      this.#probe.full() ??
      this.#probe.atRest() ??
      checkAcknowledged(this.#probe, this.#witness) ??
      checkEnd(this.#probe, this.#witness, this.#nodes)
    );
  }

  async #verifyLedger(): Promise<void> {
    this.#probe?.close();
    this.#probe = null;
    this.#broken = await this.#coordinator.verify();
  }
}
