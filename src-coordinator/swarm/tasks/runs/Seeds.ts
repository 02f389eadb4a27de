import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { SigningKey } from '#node/keys/keys.ts';

const dayMs = 86_400_000;

/** Makes the seeds of assignments: nobody can foresee them, and each assignment has its own (trust 4.1). */
export class Seeds {
  readonly #secret: Uint8Array;
  #today: { readonly day: number; readonly key: KeyObject } | null = null;

  constructor(swarmKey: SigningKey) {
    this.#secret = new Uint8Array(hkdfSync('sha256', swarmKey.exportSecret(), 'open-swarm', 'open-swarm/seeds/v1', 32));
  }

  /** 0 … 2^32 − 2, from the day's key and what the assignment is. `now` is UTC. */
  seedFor(of: { taskId: string; nodeId: string; assignmentId: string }, now: number): number {
    const mac = createHmac('sha256', this.#keyOf(Math.floor(now / dayMs)))
      .update(`${of.taskId}|${of.nodeId}|${of.assignmentId}`)
      .digest();
    return mac.readUInt32BE(0) % 4_294_967_295;
  }

  #keyOf(day: number): KeyObject {
    if (this.#today?.day !== day) {
      const bytes = createHmac('sha256', this.#secret).update(String(day)).digest();
      this.#today = { day, key: createSecretKey(bytes) };
    }
    return this.#today.key;
  }
}
