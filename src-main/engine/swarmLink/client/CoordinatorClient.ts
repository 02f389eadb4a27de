import { type ErrorCode, SwarmError, errorKinds, toWireError } from '#shared/domain/errorCodes.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { Link, LinkDialer } from '#shared/protocol/link.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { ServeTable } from '#shared/protocol/serve.ts';
import type { Cursors } from '#shared/protocol/streams.ts';
import type { Capabilities, SessionReady } from '#shared/protocol/session.ts';
import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { z } from 'zod';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import { type Asked, ask } from './ask.ts';
import { CapabilityPublisher } from './CapabilityPublisher.ts';
import { Heartbeat } from './Heartbeat.ts';
import { openSession } from './openSession.ts';
import { type IncomingHandlers, incomingTable, receive } from './receive.ts';

/** A swarm to stay connected to. */
export interface ConnectTarget {
  readonly swarmId: string;
  readonly address: string;
  readonly pinnedKey: string;
}

/** The state of the connection, for people. */
export interface ConnectionView {
  readonly state: 'none' | 'connecting' | 'connected' | 'offline' | 'rejected';
  readonly latencyMs: number | null;
  /** UTC ms of the next try. */
  readonly retryAt: number | null;
  readonly problem: string | null;
}

export interface CoordinatorClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly dialer: LinkDialer;
  readonly identity: () => Identity;
}

/** The node behind the connection: the messages it serves, and the facts it tells the coordinator. */
export interface NodeSide {
  readonly handlers: IncomingHandlers;
  readonly capabilities: () => Capabilities;
  /** The last durable event that is stored, by stream. */
  readonly cursors: () => Cursors;
  /** Assignments that run here, and those whose end is not acknowledged. */
  readonly holding: () => readonly string[];
  /** Something waits for the coordinator: retries come closer together. */
  readonly urgent: () => boolean;
  /** A session began. */
  readonly onReady: (ready: SessionReady) => void;
  /** Enrols a node that the coordinator does not know (any more). True when it was admitted. */
  readonly enrolAgain: () => Promise<boolean>;
}

/** A target with the node that connects to it. */
interface Connection {
  readonly target: ConnectTarget;
  readonly node: NodeSide;
  readonly incoming: ServeTable;
}

/** Milliseconds between attempts. Nodes with assignments reconnect within 5 s of a coordinator's restart (rules 4.13). */
const backoff = { firstMs: 400, urgentMs: 5_000, mostMs: 30_000, rejectedMs: 300_000 } as const;

const noView: ConnectionView = { state: 'none', latencyMs: null, retryAt: null, problem: null };

/** Keeps one authenticated connection to the joined swarm, for as long as one is joined. */
export class CoordinatorClient {
  readonly #options: CoordinatorClientOptions;
  readonly #heartbeat: Heartbeat;
  readonly #publisher: CapabilityPublisher;
  readonly #listeners = new Set<() => void>();
  #connection: Connection | null = null;
  #link: Link | null = null;
  #dialling: AbortController | null = null;
  #retry: Timer | null = null;
  #attempt = 0;
  /** The node was enrolled again since the last session. */
  #enrolledAgain = false;
  #view: ConnectionView = noView;
  #health: z.infer<typeof SwarmHealth> | null = null;
  #admitted: ReadonlySet<string> | null = null;

  constructor(options: CoordinatorClientOptions) {
    this.#options = options;
    this.#heartbeat = new Heartbeat(options.clock, (timeoutMs) => this.request('node:beat', {}, timeoutMs), {
      onBeat: (latencyMs, health) => {
        this.#health = health;
        this.#show({ ...this.#view, latencyMs });
      },
      onSilence: () => this.#link?.close('no answer'),
    });
    this.#publisher = new CapabilityPublisher(options.clock, (capabilities) =>
      this.request('node:update', { capabilities }),
    );
  }

  get view(): ConnectionView {
    return this.#view;
  }

  get health(): z.infer<typeof SwarmHealth> | null {
    return this.#health;
  }

  /** Digests of the models that the swarm pays for; null until it has listed them. */
  get admitted(): ReadonlySet<string> | null {
    return this.#admitted;
  }

  get connected(): boolean {
    return this.#view.state === 'connected';
  }

  /** Calls back when the state of the connection changes. */
  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Connects a node, and keeps trying until `disconnect`. */
  connect(target: ConnectTarget, node: NodeSide): void {
    this.disconnect('another swarm');
    const connection = { target, node, incoming: incomingTable(node.handlers) };
    this.#connection = connection;
    this.#attempt = 0;
    void this.#try(connection);
  }

  disconnect(reason: string): void {
    this.#connection = null;
    this.#retry?.cancel();
    this.#retry = null;
    this.#dialling?.abort();
    this.#dialling = null;
    const link = this.#link;
    this.#link = null;
    this.#heartbeat.stop();
    this.#publisher.stop();
    link?.close(reason);
    this.#health = null;
    this.#admitted = null;
    this.#show(noView);
  }

  /** Publishes the capabilities of the node if they changed. */
  publish(): void {
    if (this.connected && this.#connection !== null) this.#publisher.publish(this.#connection.node.capabilities);
  }

  /** Tries to connect now, where a retry is planned. */
  retryNow(): void {
    if (this.#connection === null || this.#retry === null) return;
    this.#retry.cancel();
    this.#retry = null;
    void this.#try(this.#connection);
  }

  /** Never rejects; without a connection the error is `not_connected`. */
  async request<K extends keyof ToCoordinator>(
    type: K,
    payload: PayloadFor<ToCoordinator, K>,
    timeoutMs?: number,
  ): Promise<Asked<K>> {
    const link = this.#link;
    if (link === null || !this.connected) return { ok: false, error: toWireError(new SwarmError('not_connected')) };
    const asked = await ask(link, type, payload, timeoutMs);
    // A lost reply may mean a dead link that nobody noticed.
    if (!asked.ok && asked.error.code === 'timeout' && type !== 'node:beat') this.#heartbeat.beatNow();
    return asked;
  }

  notify<K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>): void {
    if (this.connected) this.#link?.notify(type, payload);
  }

  async #try(connection: Connection): Promise<void> {
    const { target, node } = connection;
    const { dialer, logger } = this.#options;
    this.#show({ ...this.#view, state: this.#attempt === 0 ? 'connecting' : 'offline', retryAt: null });
    const dialling = new AbortController();
    this.#dialling = dialling;
    let link: Link | null = null;
    try {
      link = await dialer.dial(target.address, dialling.signal);
      const ready = await this.#authenticate(link, connection, dialling.signal);
      if (dialling.signal.aborted) return link.close('stopped');
      // The link may have closed in the same moment.
      if (this.#link !== link) throw new SwarmError('not_connected', 'The coordinator closed the connection.');
      this.#attempt = 0;
      this.#enrolledAgain = false;
      this.#health = ready.health;
      this.#admitted = ready.admitted === undefined ? null : new Set(ready.admitted);
      this.#show({ state: 'connected', latencyMs: this.#view.latencyMs, retryAt: null, problem: null });
      this.#heartbeat.start(ready.limits.beatMs);
      logger.info('Connected to the coordinator.', { swarmId: target.swarmId });
      node.onReady(ready);
    } catch (thrown) {
      link?.close('failed');
      if (!dialling.signal.aborted) await this.#failed(connection, thrown);
    }
  }

  async #authenticate(link: Link, connection: Connection, signal: AbortSignal): Promise<SessionReady> {
    const { random, identity, logger } = this.#options;
    const { target, node, incoming } = connection;
    let verified = false;
    link.onMessage((envelope) => {
      if (verified && !signal.aborted) return receive(envelope, incoming, logger);
      return Promise.resolve({ ok: false, error: toWireError(new SwarmError('unauthenticated')) });
    });
    const closed = Promise.withResolvers<never>();
    closed.promise.catch(() => undefined);
    link.onClose((reason) => {
      closed.reject(new SwarmError('not_connected', `The coordinator closed the connection (${reason}).`));
      this.#closed(link, connection, reason);
    });
    const capabilities = node.capabilities();
    this.#publisher.startWith(capabilities);
    const session = openSession(link, {
      random,
      identity: identity(),
      swarmId: target.swarmId,
      pinnedKey: target.pinnedKey,
      address: target.address,
      capabilities,
      cursors: node.cursors(),
      holding: node.holding(),
      onVerified: () => {
        verified = true;
        this.#link = link;
      },
    });
    return Promise.race([session, closed.promise]);
  }

  #closed(link: Link, connection: Connection, reason: string): void {
    if (this.#link !== link) return;
    this.#link = null;
    this.#heartbeat.stop();
    if (!this.connected) return;
    const { swarmId } = connection.target;
    this.#options.logger.warn('The connection to the coordinator was lost.', { swarmId, reason });
    this.#retryLater(connection, { state: 'offline', problem: 'The connection was lost.' });
  }

  async #failed(connection: Connection, thrown: unknown): Promise<void> {
    const { code, message } = toWireError(thrown);
    const { swarmId } = connection.target;
    if (this.#link !== null) this.#link = null;
    this.#options.logger.warn('Could not connect to the coordinator.', { swarmId, code, reason: message });
    if (code === 'not_enrolled' && !this.#enrolledAgain && (await connection.node.enrolAgain())) {
      this.#enrolledAgain = true;
      if (this.#connection === connection) void this.#try(connection);
      return;
    }
    if (this.#connection !== connection) return;
    this.#retryLater(connection, { state: isRefusal(code) ? 'rejected' : 'offline', problem: message });
  }

  #retryLater(connection: Connection, why: { state: 'offline' | 'rejected'; problem: string }): void {
    const { clock, random } = this.#options;
    const offlineMs = connection.node.urgent() ? backoff.urgentMs : backoff.mostMs;
    const most = why.state === 'rejected' ? backoff.rejectedMs : offlineMs;
    const plan = { firstMs: why.state === 'rejected' ? 30_000 : backoff.firstMs, mostMs: most };
    const delay = backoffDelay(plan, this.#attempt, random);
    this.#attempt += 1;
    this.#retry = clock.setTimer(delay, () => {
      this.#retry = null;
      void this.#try(connection);
    });
    this.#show({ ...why, latencyMs: null, retryAt: clock.now() + delay });
  }

  #show(view: ConnectionView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

/** True for errors that the next try will bring again. */
function isRefusal(code: ErrorCode): boolean {
  return !errorKinds[code].retryable && code !== 'internal';
}
