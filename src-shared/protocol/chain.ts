import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { z } from 'zod';

/** What the first link of an assignment's chain binds: h₀ = SHA-256(signing form of this) (trust 4.1). */
export interface ChainStart {
  readonly assignmentId: string;
  readonly taskId: string;
  readonly nodeId: string;
  readonly modelDigest: string;
  /** SHA-256 over the prompt ids and the ids continued from, each as four bytes little-endian; base64url. */
  readonly inputHash: string;
  readonly sampler: z.infer<typeof Sampler>;
  readonly seed: number;
}

/** What a chunk's signature covers: the whole answer so far, through the chain's head. */
export interface ChunkClaim {
  readonly assignmentId: string;
  /** Ids of this assignment up to and including this chunk. */
  readonly count: number;
  /** Head of the chain after `count` ids, base64url. */
  readonly chain: string;
}

/** Ids as bytes: four each, little-endian. Used for the input hash and for every step h ← SHA-256(h ‖ id). */
export function idBytes(ids: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(ids.length * 4);
  const view = new DataView(bytes.buffer);
  ids.forEach((id, index) => view.setUint32(index * 4, id, true));
  return bytes;
}
