import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chunker } from '#engine/work/executor/Chunker.ts';
import { firstMessage } from '#engine/work/executor/firstMessage.ts';
import type { ChunkRecord } from '#engine/store/tasks/ChunkStore.ts';
import { chainStart, extendChain } from '#node/keys/answerChain.ts';
import { createSigningKey, verifySignature } from '#node/keys/keys.ts';
import { Chunk } from '#shared/protocol/working.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

const assignmentId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const key = createSigningKey();
const start = chainStart({
  assignmentId,
  taskId: assignmentId,
  nodeId: 'node',
  modelDigest: 'd',
  inputHash: 'h',
  sampler: { mode: 'greedy', temperature: 0, minP: 0.05, maxTokens: 9, stop: [] },
  seed: 1,
});

function chunker(clock: ManualClock): { chunker: Chunker; chunks: ChunkRecord[] } {
  const chunks: ChunkRecord[] = [];
  return { chunks, chunker: new Chunker({ clock, key, assignmentId, start, onChunk: (chunk) => chunks.push(chunk) }) };
}

describe('Chunker', () => {
  test('however the tokens are cut, the chain ends the same and every signature covers all before it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.nat(4095), flush: fc.boolean() }), { minLength: 1, maxLength: 60 }),
        (tokens) => {
          const { chunker: sink, chunks } = chunker(new ManualClock());
          for (const { id, flush } of tokens) {
            sink.push([id], `t${id} `);
            if (flush) sink.flush();
          }
          sink.flush();
          const ids = tokens.map((token) => token.id);
          expect(chunks.flatMap((chunk) => chunk.ids)).toEqual(ids);
          expect(chunks.map((chunk) => chunk.text).join('')).toBe(ids.map((id) => `t${id} `).join(''));
          expect(chunks.at(-1)?.chain).toBe(extendChain(start, ids));
          let count = 0;
          for (const chunk of chunks) {
            expect(chunk.from).toBe(count);
            count += chunk.ids.length;
            const value = { assignmentId, count, chain: chunk.chain };
            const { signature } = Chunk.parse(chunk);
            expect(verifySignature({ purpose: 'chunk', value, signature, publicKey: key.publicKey })).toBe(true);
          }
        },
      ),
    );
  });

  test('the first token leaves at once, later ones gather for 50 ms', async () => {
    const clock = new ManualClock();
    const { chunker: sink, chunks } = chunker(clock);
    sink.push([1], 'a');
    await clock.advance(0);
    expect(chunks.map((chunk) => chunk.text)).toEqual(['a']);
    for (const text of ['b', 'c', 'd']) {
      sink.push([2], text);
      await clock.advance(10);
    }
    expect(chunks).toHaveLength(1);
    await clock.advance(20);
    expect(chunks.map((chunk) => chunk.text)).toEqual(['a', 'bcd']);
  });
});

describe('firstMessage', () => {
  const size = fc.integer({ min: 1, max: 4096 });

  test('is a beginning of the chunks, never cut and never too large', () => {
    fc.assert(
      fc.property(fc.array(size, { maxLength: 400 }), (sizes) => {
        const chunks = sizes.map((ids, from) => ({
          from,
          ids: Array<number>(ids).fill(1),
          text: '',
          chain: '',
          signature: '',
        }));
        const message = firstMessage(chunks);
        expect(message).toEqual(chunks.slice(0, message.length));
        expect(message.length).toBeLessThanOrEqual(256);
        expect(message.reduce((sum, chunk) => sum + chunk.ids.length, 0)).toBeLessThanOrEqual(32_768);
        expect(message.length > 0).toBe(chunks.length > 0);
      }),
    );
  });
});
