import type { ChunkRecord } from '#engine/store/ChunkStore.ts';

/** What one message may carry: far below the size that the wire admits. */
const most = { chunks: 256, ids: 32_768, characters: 262_144 } as const;

/**
 * The first of these chunks that fit one message. They are never joined: what the coordinator has stored ends where a
 * chunk ends, so that a repeated one is wholly known or wholly new.
 */
export function firstMessage(chunks: readonly ChunkRecord[]): ChunkRecord[] {
  let ids = 0;
  let characters = 0;
  const end = chunks.findIndex((chunk, index) => {
    ids += chunk.ids.length;
    characters += chunk.text.length;
    return index > 0 && (index >= most.chunks || ids > most.ids || characters > most.characters);
  });
  return chunks.slice(0, end === -1 ? chunks.length : end);
}
