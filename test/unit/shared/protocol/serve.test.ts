import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { parseAt, replyTo, schemasOf, serve, serveTable } from '#shared/protocol/serve.ts';

const contract = {
  add: { payload: z.object({ left: z.int(), right: z.int().default(1) }), reply: z.int() },
  fail: { payload: z.object({}), reply: z.int() },
} as const;

const table = serveTable(
  schemasOf(contract, 'payload'),
  {
    add: ({ left, right }, context: { factor: number }) => (left + right) * context.factor,
    fail: () => {
      throw new SwarmError('conflict', 'Not now.', { details: { tries: 2 } });
    },
  },
  'payload',
);

const ask = (type: string, payload: unknown) => serve(table, { type, payload }, { factor: 10 });

describe('serve', () => {
  it('calls the handler with the parsed payload and the context', async () => {
    expect(await ask('add', { left: 2, right: 3 })).toBe(50);
  });

  it('gives the handler what the schema fills in, and nothing that it does not know', async () => {
    expect(await ask('add', { left: 2, other: true })).toBe(30);
  });

  it('names the wrong field below its place', async () => {
    const wrong = ask('add', { left: 'two' });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_message', field: 'payload.left' });
    await expect(wrong).rejects.toThrow(/^left: /);
  });

  it('names the place when the payload itself is wrong', async () => {
    await expect(ask('add', null)).rejects.toMatchObject({ code: 'invalid_message', field: 'payload' });
  });

  it.each(['subtract', 'toString', '__proto__', 'constructor'])('refuses the unknown type %s', async (type) => {
    await expect(ask(type, {})).rejects.toMatchObject({ code: 'unsupported', field: 'type' });
  });

  it('rejects with what the handler throws', async () => {
    await expect(ask('fail', {})).rejects.toMatchObject({ code: 'conflict', message: 'Not now.' });
  });
});

describe('parseAt', () => {
  it('names the path alone without a place', () => {
    const schema = z.object({ list: z.array(z.int()) });
    expect(() => parseAt(schema, { list: [1, 'x'] }, '')).toThrow(
      expect.objectContaining({ code: 'invalid_message', field: 'list.1' }),
    );
  });

  it('names no field when the value itself is wrong and has no place', () => {
    expect(() => parseAt(z.object({}), 7, '')).toThrow(expect.objectContaining({ field: undefined }));
  });

  it('refuses deep nesting before it parses', () => {
    let deep: unknown = 0;
    for (let level = 0; level < 100; level += 1) deep = [deep];
    expect(() => parseAt(z.unknown(), deep, 'body')).toThrow(
      expect.objectContaining({ code: 'invalid_message', field: 'body', message: 'body: nested deeper than allowed' }),
    );
  });
});

describe('replyTo', () => {
  it('wraps the result', async () => {
    expect(
      await replyTo(
        async () => ({ stored: 3 }),
        () => {},
      ),
    ).toEqual({ ok: true, payload: { stored: 3 } });
  });

  it('turns a SwarmError into its wire form and reports it', async () => {
    const refused: string[] = [];
    const reply = await replyTo(
      () => ask('fail', {}),
      ({ code }) => refused.push(code),
    );
    expect(reply).toEqual({ ok: false, error: { code: 'conflict', message: 'Not now.', details: { tries: 2 } } });
    expect(refused).toEqual(['conflict']);
  });

  it('says nothing about an unexpected error, and hands it to the caller', async () => {
    const thrown: unknown[] = [];
    const broken = new Error('secret path');
    const reply = await replyTo(
      () => Promise.reject(broken),
      (_, error) => thrown.push(error),
    );
    expect(reply).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(reply)).not.toContain('secret');
    expect(thrown).toEqual([broken]);
  });
});
