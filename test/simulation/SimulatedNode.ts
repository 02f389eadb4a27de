import type { PayloadOf, ReplyOf, ToNode } from '#shared/protocol/messages.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import type { SessionReady } from '#shared/protocol/session.ts';
import { type Asked, ask } from '#engine/swarmLink/client/ask.ts';
import { openSession } from '#engine/swarmLink/client/openSession.ts';
import { incomingTable, receive } from '#engine/swarmLink/client/receive.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { FaultyLink, Station } from './FaultyNetwork.ts';
import { madeModel } from './madeModel.ts';
import type { NodeSide, SimulatedNodeNeeds } from './NodeSide.ts';
import type { KnownEnd, Participant } from './Participant.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import type { SubmissionInput } from '#shared/domain/tasks/task.ts';
import { SimulatedRequester } from './SimulatedRequester.ts';
import { SimulatedWorker } from './SimulatedWorker.ts';
import { ProcessClock } from './VirtualClock.ts';

const reconnectMs = { least: 200, most: 4000 } as const;

/**
 * One installation: it keeps a session, works for others and submits tasks of its own. Signatures, proofs and message
 * parsing are the engine's; what it answers is made up.
 */
export class SimulatedNode implements Participant, NodeSide {
  readonly notesOnlyOwnWork = false;
  readonly needs: SimulatedNodeNeeds;
  readonly worker: SimulatedWorker;
  readonly requester: SimulatedRequester;
  station: Station;
  #link: FaultyLink | null = null;
  #proven = false;
  #connecting = false;

  constructor(needs: SimulatedNodeNeeds) {
    this.needs = needs;
    this.station = { name: needs.name, clock: new ProcessClock(needs.world) };
    this.worker = new SimulatedWorker(this);
    this.requester = new SimulatedRequester(this);
  }

  get name(): string {
    return this.needs.name;
  }

  get identity(): Identity {
    return this.needs.identity;
  }

  get clock(): ProcessClock {
    return this.station.clock;
  }

  get isConnected(): boolean {
    return this.#proven;
  }

  get isUp(): boolean {
    return this.clock.isAlive;
  }

  start(): void {
    this.#reconnectSoon(0);
    this.#beat();
  }

  /** The process dies; what it had stored stays. The other side is told, or not. */
  crash(told: boolean): void {
    this.needs.trace.note(this.needs.world.time, 'node.crashed', this.needs.name);
    this.station.clock.kill();
    this.needs.network.abandon(this.station, told);
    this.#link = null;
    this.#proven = false;
    this.#connecting = false;
    this.worker.crash();
    this.requester.crash();
  }

  restart(): void {
    this.needs.trace.note(this.needs.world.time, 'node.restarted', this.needs.name);
    this.station = { name: this.needs.name, clock: new ProcessClock(this.needs.world) };
    this.start();
    this.worker.resume();
  }

  /** Sends and waits; a silent coordinator counts as a lost connection. */
  async ask<K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>): Promise<Asked<K>> {
    const link = this.#link;
    if (link === null || !this.#proven) {
      return { ok: false, error: { code: 'not_connected', message: 'not connected' } };
    }
    const answer = await ask(link, type, payload, 5000);
    if (!answer.ok && answer.error.code === 'timeout') this.#suspect(link);
    return answer;
  }

  notify(type: keyof ToCoordinator, payload: unknown): void {
    if (this.#proven) this.#link?.notify(type, payload);
  }

  /** Closes the link from this side, as a program does that goes to sleep. */
  hangUp(): void {
    const link = this.#link;
    if (link !== null) link.close('node hung up');
  }

  /** From now on nothing passes on the present link, and nobody is told. */
  cutSilently(): void {
    this.#link?.goSilent();
  }

  submit(submission: SubmissionInput): void {
    this.requester.submit(submission);
  }

  ownTasks(): string[] {
    return [...this.requester.tasks.keys()];
  }

  cancellable(): string[] {
    return [...this.requester.tasks.values()].flatMap(({ state, taskId }) => (state === 'accepted' ? [taskId] : []));
  }

  cancel(taskId: string): void {
    const task = this.requester.tasks.get(taskId);
    if (task !== undefined) this.requester.cancel(task);
  }

  unrest(lastEvent: number): string[] {
    const { name, requester, worker } = this;
    return [
      ...(this.isConnected ? [] : [`${name} is not connected`]),
      ...(requester.isQuiet ? [] : [`${name} waits for own tasks: ${requester.openTasks()}`]),
      ...(worker.isIdle ? [] : [`${name} still holds ${worker.holding().join(' ')}`]),
      ...(requester.cursor >= lastEvent ? [] : [`${name} has heard ${requester.cursor} of ${lastEvent} events`]),
    ];
  }

  ends(): KnownEnd[] {
    return [...this.requester.tasks.values()]
      .filter(({ state }) => state !== 'refused')
      .map(({ taskId, status, finalText }) => ({ taskId, status, text: finalText }));
  }

  earned(): ReadonlyMap<string, bigint> {
    return new Map(
      this.requester.events.flatMap((event): [string, bigint][] =>
        event.type === 'earnings:credited' ? [[event.earning.assignmentId, parseCredits(event.earning.credits)]] : [],
      ),
    );
  }

  #suspect(link: FaultyLink): void {
    if (this.#link === link && this.needs.random.chance(0.5)) link.close('no answer');
  }

  #beat(): void {
    this.clock.setTimer(15_000, () => {
      if (this.#proven) void this.ask('node:beat', {});
      this.#beat();
    });
  }

  #reconnectSoon(delayMs: number): void {
    if (this.#connecting || !this.isUp) return;
    this.#connecting = true;
    const { station } = this;
    station.clock.setTimer(delayMs, () => void this.#connect(station));
  }

  async #connect(station: Station): Promise<void> {
    const { network, random } = this.needs;
    let link: FaultyLink | null = null;
    try {
      link = await network.dial(station);
      const ready = await this.#prove(link, station);
      if (this.station !== station || !link.isOpen) throw new Error('too late');
      this.#connecting = false;
      this.#proven = true;
      this.needs.trace.count('session');
      this.worker.connected(ready);
      this.requester.connected();
    } catch (error) {
      if (this.station !== station) return;
      this.needs.trace.line(this.needs.world.time, `${station.name} could not connect: ${String(error)}`);
      this.#connecting = false;
      link?.close('not proven');
      this.#reconnectSoon(random.between(reconnectMs.least, reconnectMs.most));
    }
  }

  async #prove(link: FaultyLink, station: Station): Promise<SessionReady> {
    const { identity, swarm, random } = this.needs;
    this.#link = link;
    link.onClose(() => {
      if (this.#link !== link || this.station !== station) return;
      this.#link = null;
      this.#proven = false;
      this.#reconnectSoon(random.between(reconnectMs.least, reconnectMs.most));
    });
    return openSession(link, {
      random,
      identity,
      swarmId: swarm.swarmId,
      pinnedKey: swarm.publicKey,
      address: swarm.address,
      capabilities: {
        status: 'online',
        name: this.needs.name,
        models: this.needs.slots === 0 ? [] : [madeModel(this.needs.slots)],
        minimumPrice: null,
        region: null,
        timeZone: null,
        availability: [],
        computer: null,
        version: '0.1.0',
      },
      cursors: { [nodeStream(this.identity.nodeId)]: this.requester.cursor },
      holding: this.worker.holding(),
      onVerified: () => link.onMessage((envelope) => receive(envelope, incomingTable(this.#handlers()), silentLogger)),
    });
  }

  #handlers() {
    return {
      'task:offer': (offer: PayloadOf<ToNode, 'task:offer'>) => this.worker.offered(offer),
      'task:assign': (assign: PayloadOf<ToNode, 'task:assign'>): ReplyOf<ToNode, 'task:assign'> =>
        this.worker.assigned(assign),
      'task:stop': (stop: PayloadOf<ToNode, 'task:stop'>): ReplyOf<ToNode, 'task:stop'> => this.worker.stopped(stop),
      'task:frame': (frame: PayloadOf<ToNode, 'task:frame'>): ReplyOf<ToNode, 'task:frame'> =>
        this.requester.framed(frame),
      events: (batch: PayloadOf<ToNode, 'events'>): ReplyOf<ToNode, 'events'> => this.requester.heard(batch),
    };
  }
}
