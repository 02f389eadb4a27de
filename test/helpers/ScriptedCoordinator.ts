import { base64urlnopad } from '@scure/base';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import type { Challenge } from '#shared/protocol/challenge.ts';
import type { Envelope, Reply } from '#shared/protocol/envelope.ts';
import { protocolVersion } from '#shared/protocol/envelope.ts';
import type { Link, LinkDialer } from '#shared/protocol/link.ts';
import { linkPair } from './memoryLinks.ts';

type Answer = (payload: unknown) => unknown;

export const idleHealth = { nodesOnline: 1, tasksPerMinute: 0, waiting: 0, running: 0, demand: 1, servedTypes: [] };

/** FAKE coordinator for injected faults: proves itself as told, and answers what a test lets it answer. */
export class ScriptedCoordinator {
  readonly key = createSigningKey();
  readonly swarmId = keyId('swm', this.key.publicKey);
  /** What came in, by type. */
  readonly received: { type: string; payload: unknown }[] = [];
  readonly answers = new Map<string, Answer>();
  dials = 0;
  refusing = false;
  /** Shows another key than its own. */
  shownKey = this.key;
  link: Link | null = null;

  constructor() {
    this.answers.set('session:open', (payload) => this.#offer(payload));
    this.answers.set('session:prove', () => ({
      serverTime: 0,
      swarmName: 'scripted',
      private: true,
      health: idleHealth,
      holding: [],
      limits: { beatMs: 15_000, leaseMs: 3000, renewMs: 1000 },
    }));
    this.answers.set('node:beat', () => ({ serverTime: 0, health: idleHealth }));
    this.answers.set('node:update', () => ({}));
  }

  readonly dialer: LinkDialer = {
    dial: async () => {
      this.dials += 1;
      if (this.refusing) throw new SwarmError('not_connected');
      const { near, far } = linkPair();
      this.link = far;
      far.onMessage((envelope) => this.#answer(envelope));
      return near;
    },
  };

  of(type: string): unknown[] {
    return this.received.filter((message) => message.type === type).map((message) => message.payload);
  }

  async #answer({ type, payload }: Envelope): Promise<Reply> {
    this.received.push({ type, payload });
    try {
      const answer = this.answers.get(type);
      if (answer === undefined) throw new SwarmError('unsupported');
      return { ok: true, payload: await answer(payload) };
    } catch (error) {
      return { ok: false, error: toWireError(error) };
    }
  }

  #offer(payload: unknown): unknown {
    const { origin, accountId, nodeId, clientNonce } = payload as Challenge;
    const challenge: Challenge = {
      role: 'coordinator',
      use: 'session',
      swarmId: this.swarmId,
      origin,
      accountId,
      nodeId,
      clientNonce,
      serverNonce: base64urlnopad.encode(new Uint8Array(32).fill(7)),
      expires: 60_000,
    };
    const { swarmId, serverNonce, expires } = challenge;
    const signature = this.shownKey.sign('challenge', challenge);
    return { version: protocolVersion, swarmId, publicKey: this.shownKey.publicKey, serverNonce, expires, signature };
  }
}
