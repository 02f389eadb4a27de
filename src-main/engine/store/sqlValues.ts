import { idBytes } from '#shared/protocol/chain.ts';
import type { z } from 'zod';

/** Encodes token ids as a blob, four bytes each, little-endian. */
export function idsToBlob(ids: readonly number[]): Buffer {
  return Buffer.from(idBytes(ids).buffer);
}

/** Decodes a blob of token ids; null gives an empty list. */
export function blobToIds(blob: Buffer | null): number[] {
  if (blob === null) return [];
  return Array.from({ length: Math.floor(blob.length / 4) }, (_, index) => blob.readUInt32LE(index * 4));
}

/** Parses a JSON column with a schema; null stays null. Throws a ZodError when the value does not match. */
export function fromJson<T extends z.ZodType>(schema: T, text: string | null): z.output<T> | null {
  return text === null ? null : schema.parse(JSON.parse(text));
}

export function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
