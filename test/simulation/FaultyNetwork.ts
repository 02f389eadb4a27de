import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type Envelope, protocolVersion, type Reply, wireLimits } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import type { Timer } from '#shared/util/clock.ts';
import type { SeededRandom } from './SeededRandom.ts';
import type { Trace } from './Trace.ts';
import type { ProcessClock, VirtualClock } from './VirtualClock.ts';

/** How bad a network is. Shares are per message. */
export interface FaultPlan {
  readonly drop: number;
  readonly duplicate: number;
  /** Overtakes what was sent before. */
  readonly reorder: number;
  /** Takes up to `slowMs`. */
  readonly slow: number;
  readonly slowMs: number;
  /** Dialling fails. */
  readonly refuse: number;
}

export const noFaults: FaultPlan = { drop: 0, duplicate: 0, reorder: 0, slow: 0, slowMs: 0, refuse: 0 };

export interface NetworkNeeds {
  readonly world: VirtualClock;
  readonly random: SeededRandom;
  readonly trace: Trace;
}

/** A process as the network sees it. */
export interface Station {
  readonly name: string;
  readonly clock: ProcessClock;
}

/** Carries links between processes of one world, with faults. */
export class FaultyNetwork {
  readonly needs: NetworkNeeds;
  faults: FaultPlan = noFaults;
  readonly #links = new Set<FaultyLink>();
  #listener: { station: Station; accept: (link: Link) => void } | null = null;
  #messages = 0;

  constructor(needs: NetworkNeeds) {
    this.needs = needs;
  }

  /** The coordinator's side: `null` while it is down. */
  listen(listener: { station: Station; accept: (link: Link) => void } | null): void {
    this.#listener = listener;
  }

  /** Opens a link to the coordinator. Rejects with `not_connected`. */
  dial(station: Station): Promise<FaultyLink> {
    const { random, trace, world } = this.needs;
    return new Promise((resolve, reject) => {
      station.clock.setTimer(random.between(1, 30), () => {
        const listener = this.#listener;
        if (listener === null || random.chance(this.faults.refuse)) {
          trace.note(world.time, 'fault.refused', station.name);
          reject(new SwarmError('not_connected'));
          return;
        }
        const near = new FaultyLink(this, station);
        const far = new FaultyLink(this, listener.station);
        near.pair(far);
        far.pair(near);
        this.#links.add(near);
        trace.note(world.time, 'connected', station.name);
        listener.accept(far);
        resolve(near);
      });
    });
  }

  newId(): string {
    this.#messages += 1;
    return String(this.#messages);
  }

  /** Every link a node dialled that is still open. */
  links(): FaultyLink[] {
    return [...this.#links];
  }

  forget(link: FaultyLink): void {
    this.#links.delete(link);
  }

  /** The links of a process that died: the other side learns it at once, or much later when nobody tells it. */
  abandon(station: Station, told: boolean): void {
    for (const link of this.links()) {
      if (link.station !== station && link.other?.station !== station) continue;
      if (told) link.breakOff('process died');
      else link.goSilent();
    }
  }
}

type Receive = (envelope: Envelope) => Promise<Reply>;

/** One side of a link. */
export class FaultyLink implements Link {
  readonly remoteAddress = '';
  readonly station: Station;
  other: FaultyLink | null = null;
  readonly #network: FaultyNetwork;
  readonly #waiting = new Set<(reply: Reply) => void>();
  #receive: Receive | null = null;
  #closed: ((reason: string) => void) | null = null;
  #open = true;
  #silent = false;
  #lastArrival = 0;

  constructor(network: FaultyNetwork, station: Station) {
    this.#network = network;
    this.station = station;
  }

  pair(other: FaultyLink): void {
    this.other = other;
  }

  request(type: string, payload: unknown, options: { timeoutMs?: number } = {}): Promise<Reply> {
    if (!this.#open) return Promise.resolve(failed('not_connected'));
    const envelope = this.#seal(type, payload);
    return new Promise((resolve) => {
      let timer: Timer | null = null;
      const settle = (reply: Reply): void => {
        timer?.cancel();
        if (this.#waiting.delete(settle)) resolve(reply);
      };
      timer = this.station.clock.setTimer(options.timeoutMs ?? 10_000, () => settle(failed('timeout')));
      this.#waiting.add(settle);
      this.#send(envelope, settle);
    });
  }

  notify(type: string, payload: unknown): void {
    if (this.#open) this.#send(this.#seal(type, payload), null);
  }

  onMessage(receive: Receive): void {
    this.#receive = receive;
  }

  onClose(closed: (reason: string) => void): void {
    if (this.#open) this.#closed = closed;
    else closed('closed');
  }

  close(reason: string): void {
    if (!this.#open) return;
    const { other } = this;
    this.#end(reason);
    // The goodbye travels like everything else; a silent link swallows it.
    if (other !== null && !this.#silent) {
      this.#network.needs.world.plan(this.#network.needs.random.between(1, 20), () => other.#end('closed'));
    }
  }

  /** Both sides learn that the connection is gone. */
  breakOff(reason: string): void {
    this.#end(reason);
    const { other } = this;
    if (other !== null) other.#end(reason);
  }

  /** Half open: nothing arrives any more, and nobody is told. */
  goSilent(): void {
    if (!this.station.clock.isAlive) this.#waiting.clear();
    this.#silent = true;
    if (this.other !== null) this.other.#silent = true;
  }

  get isSilent(): boolean {
    return this.#silent;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  #end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#network.forget(this);
    const { trace, world } = this.#network.needs;
    trace.line(world.time, `closed ${this.station.name}: ${reason}`);
    if (!this.station.clock.isAlive) {
      // Nobody in a dead process hears of anything.
      this.#waiting.clear();
      return;
    }
    const waiting = Array.from(this.#waiting);
    for (const settle of waiting) settle(failed('not_connected'));
    this.#closed?.(reason);
  }

  #seal(type: string, payload: unknown): Envelope {
    // What travels is JSON: neither side keeps a hand on the other's objects.
    const copy: unknown = JSON.parse(JSON.stringify(payload ?? null));
    return { v: protocolVersion, id: this.#network.newId(), type, ts: this.station.clock.now(), payload: copy };
  }

  #send(envelope: Envelope, settle: ((reply: Reply) => void) | null): void {
    const { other } = this;
    if (other === null) return;
    const text = JSON.stringify(envelope);
    if (text.length > wireLimits.messageBytes) {
      this.breakOff('message too large');
      return;
    }
    this.#carry(`${this.station.name} → ${other.station.name} ${text}`, () => other.#arrive(text, settle));
  }

  #arrive(text: string, settle: ((reply: Reply) => void) | null): void {
    if (!this.#open || this.#receive === null || !this.station.clock.isAlive) return;
    const envelope = JSON.parse(text) as Envelope;
    void this.#receive(envelope).then((reply) => {
      if (settle === null || !this.#open || !this.station.clock.isAlive) return;
      const answer = JSON.stringify(reply);
      this.#carry(`${this.station.name} answers ${envelope.type} ${answer}`, () => {
        const parsed: Reply = JSON.parse(answer) as Reply;
        settle(parsed);
      });
    });
  }

  /** Takes one message to the other side, or does not. */
  #carry(what: string, deliver: () => void): void {
    const { random, trace, world } = this.#network.needs;
    const { faults } = this.#network;
    if (this.#silent) {
      trace.note(world.time, 'fault.swallowed', this.station.name);
      return;
    }
    if (random.chance(faults.drop)) {
      trace.note(world.time, 'fault.dropped', what.slice(0, 80));
      return;
    }
    const arrive = (): void => {
      if (this.#silent) return;
      trace.line(world.time, what);
      deliver();
    };
    world.plan(this.#delay(), arrive);
    if (random.chance(faults.duplicate)) {
      trace.note(world.time, 'fault.duplicated', what.slice(0, 80));
      world.plan(this.#delay() + random.between(0, 500), arrive);
    }
  }

  #delay(): number {
    const { random, trace, world } = this.#network.needs;
    const { faults } = this.#network;
    let delay = 0.5 + random.fraction() * 20;
    if (random.chance(faults.slow)) {
      trace.note(world.time, 'fault.delayed', this.station.name);
      delay += random.between(1, faults.slowMs);
    }
    if (random.chance(faults.reorder)) {
      trace.note(world.time, 'fault.reordered', this.station.name);
      return delay;
    }
    this.#lastArrival = Math.max(this.#lastArrival, world.time + delay);
    return this.#lastArrival - world.time;
  }
}

function failed(code: 'timeout' | 'not_connected'): Reply {
  return { ok: false, error: { code, message: code } };
}
