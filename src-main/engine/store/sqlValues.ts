import { idBytes } from '#shared/protocol/chain.ts';
import type { z } from 'zod';

/** Token ids as a blob of four bytes each, little-endian. */
export function idsToBlob(ids: readonly number[]): Buffer {
  return Buffer.from(idBytes(ids).buffer);
}

/** The ids of such a blob; an empty list for none. */
export function blobToIds(blob: Buffer | null): number[] {
  if (blob === null) return [];
  return Array.from({ length: Math.floor(blob.length / 4) }, (_, index) => blob.readUInt32LE(index * 4));
}

/** A JSON column through its schema; null stays null. Throws a ZodError when the database holds something else. */
export function fromJson<T extends z.ZodType>(schema: T, text: string | null): z.output<T> | null {
  return text === null ? null : schema.parse(JSON.parse(text));
}

export function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
