import type { ChunkRecord } from '#engine/store/tasks/ChunkStore.ts';

/** Limits of one message, far below those of the wire. */
const most = { chunks: 256, ids: 32_768, characters: 262_144 } as const;

/**
 * The first of these chunks that fit into one message. They are never joined: the coordinator stores whole chunks, so that a
 * repeated one is either wholly known or wholly new.
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
