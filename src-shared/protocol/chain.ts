import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { z } from 'zod';

/** The start of an assignment's hash chain: h₀ = SHA-256 of the canonical form of this (trust 4.1). */
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

/** The signed content of a chunk: through the head of the chain it covers the whole answer so far. */
export interface ChunkClaim {
  readonly assignmentId: string;
  /** Number of ids of this assignment up to and including this chunk. */
  readonly count: number;
  /** Head of the chain after `count` ids, base64url. */
  readonly chain: string;
}

/** Encodes ids as four bytes each, little-endian; for the input hash and for every step h ← SHA-256(h ‖ id). */
export function idBytes(ids: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(ids.length * 4);
  const view = new DataView(bytes.buffer);
  ids.forEach((id, index) => view.setUint32(index * 4, id, true));
  return bytes;
}
