import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { Http } from '#engine/ports/Http.ts';
import type { Secrets } from '#engine/ports/Secrets.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { SwarmRecord } from '#engine/store/SwarmStore.ts';
import { readAddress, requireSafe } from './addressRules.ts';
import { type Enrolled, enrol } from './enrol.ts';

/** How to join a swarm. */
export interface JoinRequest {
  /** `http(s)://host:port`, or an invite link. */
  readonly address: string;
  readonly secret?: string;
  readonly invite?: string;
  /** The owner accepted an unencrypted connection on the own network. */
  readonly allowPlain?: boolean;
  /** This engine runs the coordinator itself. */
  readonly ownCoordinator?: boolean;
}

export interface MembershipOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly http: Http;
  readonly secrets: Secrets;
  readonly identity: () => Identity;
  readonly nodeName: () => string;
  /** Describes this computer to the swarm; null describes nothing. */
  readonly computer: () => ComputerSummary | null;
  /** Hands over or finishes the work for the present swarm, and disconnects. */
  readonly handOver: () => Promise<void>;
}

/** Longest timer: a machine may sleep, and timers have a limit. */
const dayMs = 86_400_000;

/** Which swarm this node belongs to: one at a time, each with its own books. */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #listeners = new Set<(swarm: SwarmRecord | null) => void>();
  #renewal: Timer | null = null;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The joined swarm; null without one. */
  current(): SwarmRecord | null {
    return joinedSwarm(this.#options.store);
  }

  /** The swarm whose history is shown: the joined one, else the last one. */
  shown(): string | null {
    const { settings } = this.#options.store;
    return settings.mark('currentSwarm') ?? settings.mark('lastSwarm');
  }

  /** Calls back when another swarm is joined, or none (null). */
  onSwarm(listener: (swarm: SwarmRecord | null) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Announces the stored membership and schedules the renewal of its token. */
  open(): void {
    const swarm = this.current();
    this.#announce(swarm);
    if (swarm !== null) this.#planRenewal(swarm);
  }

  /** Enrols at an address and joins its swarm. Rejects with a SwarmError; nothing has changed then. */
  async join(request: JoinRequest): Promise<void> {
    const allowPlain = request.allowPlain ?? false;
    const place = readAddress(request.address, allowPlain);
    requireSafe(place.address, allowPlain);
    const secret = request.secret ?? place.secret ?? undefined;
    const enrolled = await this.#enrol({ ...place, secret: secret ?? null, invite: request.invite, pinnedKey: null });
    const { store, clock } = this.#options;
    const { swarmId, publicKey } = enrolled;
    const sealed = await this.#seal(secret ?? null, enrolled);
    const left = this.current();
    if (left !== null && left.swarmId !== swarmId) await this.#options.handOver();
    const now = Math.round(clock.now());
    await store.write(() => {
      const before = store.settings.mark('currentSwarm');
      if (before !== null && before !== swarmId) store.swarms.leave(before, now);
      store.swarms.join({
        ...sealed,
        swarmId,
        publicKey,
        address: place.address,
        name: store.swarms.get(swarmId)?.name ?? new URL(place.address).host,
        private: secret !== undefined,
        ownCoordinator: request.ownCoordinator ?? false,
        allowPlain,
        joinedAt: now,
      });
      store.settings.setMark('currentSwarm', swarmId);
      store.settings.setMark('lastSwarm', swarmId);
    });
    this.open();
  }

  /** Leaves the swarm. History, keys and undelivered results stay, in case it is joined again. */
  async leave(): Promise<void> {
    const { store, clock, handOver } = this.#options;
    const swarm = this.current();
    if (swarm === null) return;
    await handOver();
    this.stop();
    await store.write(() => {
      store.swarms.leave(swarm.swarmId, Math.round(clock.now()));
      store.settings.setMark('currentSwarm', null);
    });
    this.#announce(null);
  }

  /** Follows the engine's own coordinator to another address. Throws a SwarmError `no_swarm`. */
  async move(address: string): Promise<void> {
    const swarm = this.current();
    if (swarm === null) throw new SwarmError('no_swarm');
    const place = readAddress(address, swarm.allowPlain);
    requireSafe(place.address, swarm.allowPlain);
    await this.#options.store.write(() => this.#options.store.swarms.move(swarm.swarmId, place.address));
    this.open();
  }

  /** Enrols again at a coordinator that does not know this node any more. True when it was admitted. */
  async enrolAgain(): Promise<boolean> {
    try {
      await this.#renew();
      return true;
    } catch (error) {
      this.#options.logger.warn('Could not enrol again.', { error: String(error) });
      return false;
    }
  }

  stop(): void {
    this.#renewal?.cancel();
    this.#renewal = null;
  }

  #announce(swarm: SwarmRecord | null): void {
    for (const listener of this.#listeners) listener(swarm);
  }

  #planRenewal(swarm: SwarmRecord): void {
    this.stop();
    if (swarm.tokenIssued === null || swarm.tokenExpires === null) return;
    const { clock } = this.#options;
    // Renewed at two thirds of its life (rules 2.3).
    const due = swarm.tokenIssued + ((swarm.tokenExpires - swarm.tokenIssued) * 2) / 3;
    const wait = Math.min(dayMs, Math.max(1000, due - clock.now()));
    this.#renewal = clock.setTimer(wait, () => {
      if (clock.now() < due) this.#replan();
      else
        void this.#renew().then(
          () => this.#replan(),
          () => this.#retryRenewal(),
        );
    });
  }

  #replan(): void {
    const swarm = this.current();
    if (swarm !== null) this.#planRenewal(swarm);
  }

  #retryRenewal(): void {
    this.#renewal = this.#options.clock.setTimer(3_600_000, () => this.#replan());
  }

  /** Gets a fresh token by the same proof of the key as at the first join. */
  async #renew(): Promise<void> {
    const swarm = this.current();
    if (swarm === null) return;
    const { secrets, store } = this.#options;
    const secret = swarm.sealedSecret === null ? null : await secrets.open(swarm.sealedSecret);
    const { address, swarmId, publicKey } = swarm;
    const enrolled = await this.#enrol({ address, swarmId, secret, pinnedKey: publicKey });
    const { sealedToken, tokenIssued, tokenExpires } = await this.#seal(secret, enrolled);
    await store.write(() =>
      store.swarms.saveToken(swarmId, { sealed: sealedToken, issued: tokenIssued, expires: tokenExpires }),
    );
  }

  #enrol(place: {
    address: string;
    swarmId: string | null;
    secret: string | null;
    invite?: string | undefined;
    pinnedKey: string | null;
  }): Promise<Enrolled> {
    const { http, random, identity, nodeName, computer } = this.#options;
    return enrol({
      http,
      random,
      identity: identity(),
      name: nodeName(),
      computer: computer(),
      address: place.address,
      secret: place.secret ?? undefined,
      invite: place.invite,
      expectedSwarm: place.swarmId,
      pinnedKey: place.pinnedKey,
    });
  }

  async #seal(secret: string | null, { token, tokenExpires }: Enrolled) {
    const { secrets, clock } = this.#options;
    return {
      sealedSecret: secret === null ? null : await secrets.seal(secret),
      sealedToken: await secrets.seal(token),
      tokenIssued: Math.round(clock.now()),
      tokenExpires: Math.round(tokenExpires),
    };
  }
}

/** The joined swarm as stored; null without one. */
export function joinedSwarm({ settings, swarms }: Pick<EngineStore, 'settings' | 'swarms'>): SwarmRecord | null {
  const swarmId = settings.mark('currentSwarm');
  return swarmId === null ? null : (swarms.get(swarmId) ?? null);
}
