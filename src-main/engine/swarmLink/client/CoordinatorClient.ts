import { type ErrorCode, SwarmError, errorKinds, toWireError } from '#shared/domain/errorCodes.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { Link, LinkDialer } from '#shared/protocol/link.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { ServeTable } from '#shared/protocol/serve.ts';
import type { Capabilities, SessionReady } from '#shared/protocol/session.ts';
import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { z } from 'zod';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import { type Asked, ask } from './ask.ts';
import { Heart } from './Heart.ts';
import { OfferTeller } from './OfferTeller.ts';
import { openSession } from './openSession.ts';
import { type IncomingHandlers, incomingTable, receive } from './receive.ts';

/** A swarm to stay connected to. */
export interface ConnectTarget {
  readonly swarmId: string;
  readonly address: string;
  readonly pinnedKey: string;
}

/** The connection as people see it. */
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
  readonly handlers: IncomingHandlers;
  readonly identity: () => Identity;
  readonly capabilities: () => Capabilities;
  /** Last durable event that is stored. */
  readonly cursor: () => number;
  /** Assignments this node still works on or has not delivered. */
  readonly holding: () => readonly string[];
  /** Something waits for the coordinator: tries come closer together. */
  readonly urgent: () => boolean;
  readonly onReady: (ready: SessionReady) => void;
  readonly onState: () => void;
  /** The coordinator does not know this node (any more). True when it was enrolled again. */
  readonly enrolAgain: () => Promise<boolean>;
}

/** First tries come quickly; a coordinator that restarts hears from its nodes within 5 s (rules 4.13). */
const backoff = { firstMs: 400, urgentMs: 5_000, mostMs: 30_000, rejectedMs: 300_000 } as const;

const noView: ConnectionView = { state: 'none', latencyMs: null, retryAt: null, problem: null };

/** Keeps one proven connection to the joined swarm, for as long as one is joined. */
export class CoordinatorClient {
  readonly #options: CoordinatorClientOptions;
  readonly #incoming: ServeTable;
  readonly #heart: Heart;
  readonly #offers: OfferTeller;
  #target: ConnectTarget | null = null;
  #link: Link | null = null;
  #dialling: AbortController | null = null;
  #retry: Timer | null = null;
  #attempt = 0;
  /** Enrolling again was tried since the last session. */
  #enrolledAgain = false;
  #view: ConnectionView = noView;
  #health: z.infer<typeof SwarmHealth> | null = null;
  #admitted: ReadonlySet<string> | null = null;

  constructor(options: CoordinatorClientOptions) {
    this.#options = options;
    this.#incoming = incomingTable(options.handlers);
    this.#heart = new Heart(options.clock, (timeoutMs) => this.request('node:beat', {}, timeoutMs), {
      onBeat: (latencyMs, health) => {
        this.#health = health;
        this.#show({ ...this.#view, latencyMs });
      },
      onSilence: () => this.#link?.close('no answer'),
    });
    this.#offers = new OfferTeller(options.clock, options.capabilities, (capabilities) =>
      this.request('node:update', { capabilities }),
    );
  }

  get view(): ConnectionView {
    return this.#view;
  }

  get health(): z.infer<typeof SwarmHealth> | null {
    return this.#health;
  }

  /** Digests of the models that may serve paid tasks of others, as the swarm told last; null where it does not tell. */
  get admitted(): ReadonlySet<string> | null {
    return this.#admitted;
  }

  get connected(): boolean {
    return this.#view.state === 'connected';
  }

  /** Connects, and keeps trying until `disconnect`. */
  connect(target: ConnectTarget): void {
    this.disconnect('another swarm');
    this.#target = target;
    this.#attempt = 0;
    void this.#try(target);
  }

  disconnect(reason: string): void {
    this.#target = null;
    this.#retry?.cancel();
    this.#retry = null;
    this.#dialling?.abort();
    this.#dialling = null;
    const link = this.#link;
    this.#link = null;
    this.#heart.stop();
    this.#offers.stop();
    link?.close(reason);
    this.#health = null;
    this.#admitted = null;
    this.#show(noView);
  }

  /** What this node can do may have changed. */
  update(): void {
    if (this.connected) this.#offers.tell();
  }

  /** Tries at once instead of waiting for the next try. */
  retryNow(): void {
    if (this.#target === null || this.#retry === null) return;
    this.#retry.cancel();
    this.#retry = null;
    void this.#try(this.#target);
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
    // A lost answer may mean a dead link that nobody noticed: ask it for a sign of life.
    if (!asked.ok && asked.error.code === 'timeout' && type !== 'node:beat') this.#heart.beatNow();
    return asked;
  }

  notify<K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>): void {
    if (this.connected) this.#link?.notify(type, payload);
  }

  async #try(target: ConnectTarget): Promise<void> {
    const { dialer, logger } = this.#options;
    this.#show({ ...this.#view, state: this.#attempt === 0 ? 'connecting' : 'offline', retryAt: null });
    const dialling = new AbortController();
    this.#dialling = dialling;
    let link: Link | null = null;
    try {
      link = await dialer.dial(target.address, dialling.signal);
      const ready = await this.#prove(link, target, dialling.signal);
      if (dialling.signal.aborted) return link.close('stopped');
      // It may have closed in the same moment.
      if (this.#link !== link) throw new SwarmError('not_connected', 'The coordinator closed the connection.');
      this.#attempt = 0;
      this.#enrolledAgain = false;
      this.#health = ready.health;
      this.#admitted = ready.admitted === undefined ? null : new Set(ready.admitted);
      this.#show({ state: 'connected', latencyMs: this.#view.latencyMs, retryAt: null, problem: null });
      this.#heart.start(ready.limits.beatMs);
      logger.info('Connected to the coordinator.', { swarmId: target.swarmId });
      this.#options.onReady(ready);
    } catch (thrown) {
      link?.close('failed');
      if (!dialling.signal.aborted) await this.#failed(target, thrown);
    }
  }

  async #prove(link: Link, target: ConnectTarget, signal: AbortSignal): Promise<SessionReady> {
    const { random, identity, capabilities, cursor, holding, logger } = this.#options;
    let verified = false;
    link.onMessage((envelope) => {
      if (verified && !signal.aborted) return receive(envelope, this.#incoming, logger);
      return Promise.resolve({ ok: false, error: toWireError(new SwarmError('unauthenticated')) });
    });
    const closed = Promise.withResolvers<never>();
    closed.promise.catch(() => undefined);
    link.onClose((reason) => {
      closed.reject(new SwarmError('not_connected', `The coordinator closed the connection (${reason}).`));
      this.#closed(link, target, reason);
    });
    const offered = capabilities();
    this.#offers.told(offered);
    const session = openSession(link, {
      random,
      identity: identity(),
      swarmId: target.swarmId,
      pinnedKey: target.pinnedKey,
      address: target.address,
      capabilities: offered,
      cursor: cursor(),
      holding: holding(),
      onVerified: () => {
        verified = true;
        this.#link = link;
      },
    });
    return Promise.race([session, closed.promise]);
  }

  #closed(link: Link, target: ConnectTarget, reason: string): void {
    if (this.#link !== link) return;
    this.#link = null;
    this.#heart.stop();
    if (!this.connected) return;
    this.#options.logger.warn('The connection to the coordinator is gone.', { swarmId: target.swarmId, reason });
    this.#wait(target, { state: 'offline', problem: 'The connection was lost.' });
  }

  async #failed(target: ConnectTarget, thrown: unknown): Promise<void> {
    const { code, message } = toWireError(thrown);
    if (this.#link !== null) this.#link = null;
    this.#options.logger.warn('The coordinator cannot be reached.', { swarmId: target.swarmId, code, reason: message });
    if (code === 'not_enrolled' && !this.#enrolledAgain && (await this.#options.enrolAgain())) {
      this.#enrolledAgain = true;
      if (this.#target === target) void this.#try(target);
      return;
    }
    if (this.#target !== target) return;
    this.#wait(target, { state: isRefusal(code) ? 'rejected' : 'offline', problem: message });
  }

  #wait(target: ConnectTarget, why: { state: 'offline' | 'rejected'; problem: string }): void {
    const { clock, random, urgent } = this.#options;
    const most = why.state === 'rejected' ? backoff.rejectedMs : urgent() ? backoff.urgentMs : backoff.mostMs;
    const plan = { firstMs: why.state === 'rejected' ? 30_000 : backoff.firstMs, mostMs: most };
    const delay = backoffDelay(plan, this.#attempt, random);
    this.#attempt += 1;
    this.#retry = clock.setTimer(delay, () => {
      this.#retry = null;
      void this.#try(target);
    });
    this.#show({ ...why, latencyMs: null, retryAt: clock.now() + delay });
  }

  #show(view: ConnectionView): void {
    this.#view = view;
    this.#options.onState();
  }
}

/** A refusal will be the same at the next try; everything else may pass. */
function isRefusal(code: ErrorCode): boolean {
  return !errorKinds[code].retryable && code !== 'internal';
}
