import type { ChunkRecord } from '#engine/store/ChunkStore.ts';
import { mostIds } from './Chunker.ts';

/** Largest text of one chunk on the wire, in characters. */
const mostText = 65_536;

/**
 * One chunk out of the first of these neighbours: since a signature covers the whole chain, the last one's stands for
 * all. Null for an empty list. What did not fit is sent next.
 */
export function mergeChunks(chunks: readonly ChunkRecord[]): ChunkRecord | null {
  const [first, ...others] = chunks;
  if (first === undefined) return null;
  let merged = first;
  for (const next of others) {
    const fits = merged.ids.length + next.ids.length <= mostIds && merged.text.length + next.text.length <= mostText;
    if (!fits || next.from !== merged.from + merged.ids.length) break;
    merged = { ...next, from: merged.from, ids: [...merged.ids, ...next.ids], text: merged.text + next.text };
  }
  return merged;
}
