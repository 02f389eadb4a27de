import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextAssembler } from '#main/inference-worker/run/TextAssembler.ts';

/** A byte-level tokenizer: each id is one byte; ids above 255 are invisible control tokens. */
function detokenize(ids: readonly number[]): string {
  return Buffer.from(ids.filter((id) => id < 256)).toString('utf8');
}

function pushAll(ids: readonly number[]): { deltas: string[]; rest: string } {
  const text = new TextAssembler(detokenize, []);
  return { deltas: ids.map((id) => text.push(id)), rest: text.rest() };
}

describe('text deltas', () => {
  test('hold whole characters and add up to the answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (answer) => {
        const { deltas, rest } = pushAll([...Buffer.from(answer)]);
        expect(deltas.join('') + rest).toBe(answer);
        expect(rest).toBe(/\uFFFD*$/.exec(answer)?.[0]);
        for (const delta of deltas) expect(delta.isWellFormed()).toBe(true);
      }),
    );
  });

  test('add up to the detokenised ids whatever these are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }), (ids) => {
        const { deltas, rest } = pushAll(ids);
        expect(deltas.join('') + rest).toBe(detokenize(ids));
      }),
    );
  });

  test('give nothing for half a character and all of it with the other half', () => {
    const [first = 0, second = 0, third = 0] = Buffer.from('€');
    expect(pushAll([97, first, second, third, 98])).toEqual({ deltas: ['a', '', '', '€', 'b'], rest: '' });
    expect(pushAll([97, first])).toEqual({ deltas: ['a', ''], rest: '\uFFFD' });
  });
});
