import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { Http, JoinRequest, Secrets } from '#engine/ports/engineContract.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { SwarmRecord } from '#engine/store/SwarmStore.ts';
import { readAddress, requireSafe } from './addressRules.ts';
import { type Enrolled, enrol } from './enrol.ts';

export interface MembershipOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly http: Http;
  readonly secrets: Secrets;
  readonly identity: () => Identity;
  readonly nodeName: () => string;
  /** What is told of this computer; null when nothing is. */
  readonly computer: () => ComputerSummary | null;
  /** Hands over or finishes what belongs to the present swarm, and disconnects. */
  readonly onLeave: () => Promise<void>;
  /** The joined swarm changed; null when none is. */
  readonly onSwarm: (swarm: SwarmRecord | null) => void;
}

/** Timers longer than a day are planned again: a machine may sleep, and timers have a limit. */
const dayMs = 86_400_000;

/** Which swarm this node belongs to: one at a time, each with its own books. */
export class Membership {
  readonly #options: MembershipOptions;
  #renewal: Timer | null = null;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The joined swarm as stored. */
  current(): SwarmRecord | null {
    const { settings, swarms } = this.#options.store;
    const swarmId = settings.mark('currentSwarm');
    return swarmId === null ? null : (swarms.get(swarmId) ?? null);
  }

  /** The swarm whose history is shown: the joined one, else the last one. */
  shown(): string | null {
    const { settings } = this.#options.store;
    return settings.mark('currentSwarm') ?? settings.mark('lastSwarm');
  }

  /** Takes up the stored membership after a start. */
  open(): void {
    const swarm = this.current();
    this.#options.onSwarm(swarm);
    if (swarm !== null) this.#planRenewal(swarm);
  }

  /** Enrols at an address and makes its swarm the joined one. Rejects with a SwarmError; nothing changed then. */
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
    if (left !== null && left.swarmId !== swarmId) await this.#options.onLeave();
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

  /** Leaves; history, keys and what waits for delivery stay, in case it is joined again. */
  async leave(): Promise<void> {
    const { store, clock, onLeave, onSwarm } = this.#options;
    const swarm = this.current();
    if (swarm === null) return;
    await onLeave();
    this.stop();
    await store.write(() => {
      store.swarms.leave(swarm.swarmId, Math.round(clock.now()));
      store.settings.setMark('currentSwarm', null);
    });
    onSwarm(null);
  }

  /** The own coordinator listens elsewhere now. */
  async move(address: string): Promise<void> {
    const swarm = this.current();
    if (swarm === null) throw new SwarmError('no_swarm');
    const place = readAddress(address, swarm.allowPlain);
    requireSafe(place.address, swarm.allowPlain);
    await this.#options.store.write(() => this.#options.store.swarms.move(swarm.swarmId, place.address));
    this.open();
  }

  /** Enrols again where this node is not known any more. True when it was admitted. */
  async enrolAgain(): Promise<boolean> {
    try {
      await this.#renew();
      return true;
    } catch (error) {
      this.#options.logger.warn('Enrolling again failed.', { error: String(error) });
      return false;
    }
  }

  stop(): void {
    this.#renewal?.cancel();
    this.#renewal = null;
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

  /** The same proof of the key as at the first join brings a fresh token. */
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
