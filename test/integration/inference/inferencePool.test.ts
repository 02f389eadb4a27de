import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

let made: InferencePool;

beforeAll(() => {
  made = openPool();
});
afterAll(() => made.dispose());

describe('a real worker with the starter model', () => {
  test('loads it and tells what the library knows', async () => {
    const loaded = await made.prepare(starterModel);
    expect(loaded).toMatchObject({
      kind: 'loaded',
      slots: 10,
      contextSize: 384,
      vocabSize: 4096,
      eogIds: [2],
      hasChatTemplate: false,
      environment: { gpu: 'cpu', kv: 'F16' },
    });
  });

  test('continues code, and the same seed gives the same tokens', async () => {
    const first = await record(made, starterRequest());
    const second = await record(made, starterRequest());
    const other = await record(made, starterRequest({ seed: 43 }));
    expect(first.end).toMatchObject({ kind: 'ended' });
    expect(first.promptIds[0]).toBe(1);
    expect(first.text.trim().length).toBeGreaterThan(10);
    expect(second.ids).toEqual(first.ids);
    expect(second.text).toBe(first.text);
    expect(other.ids).not.toEqual(first.ids);
  });

  test('numbers its batches without gaps and counts what it delivered', async () => {
    const { end, ids, batches } = await record(made, starterRequest({ maxTokens: 120 }));
    let expected = 0;
    for (const [from, length] of batches) {
      expect(from).toBe(expected);
      expected += length;
    }
    expect(batches[0]).toEqual([0, 1]);
    expect(end).toMatchObject({ kind: 'ended', count: ids.length });
  });

  test('runs ten answers at once, each as if it were alone in its queue', async () => {
    await made.prepare(starterModel);
    let most = 0;
    const off = made.onChange(() => (most = Math.max(most, made.capacity()[0]?.busy ?? 0)));
    const runs = await Promise.all(Array.from({ length: 14 }, (_, seed) => record(made, starterRequest({ seed }))));
    expect(runs.map((run) => run.end.kind)).toEqual(runs.map(() => 'ended'));
    off();
    expect(most).toBe(10);
    expect(new Set(runs.map((run) => run.text)).size).toBeGreaterThan(10);
    expect(made.capacity()[0]).toMatchObject({ state: 'ready', busy: 0, waiting: 0 });
    expect(made.capacity()[0]?.tokensPerSecond).toBeGreaterThan(0);
  });

  test('greedy decoding ends at a stop sequence, which stays in the answer', async () => {
    const greedy = { mode: 'greedy' as const, temperature: 0, minP: 0.05 as const, maxTokens: 40, stop: [] };
    const free = await record(made, starterRequest({ sampler: greedy }));
    const stop = free.ids.slice(3, 5);
    const stopped = await record(made, starterRequest({ sampler: { ...greedy, stop: [stop] } }));
    expect(stopped.end).toMatchObject({ kind: 'ended', finish: 'stop' });
    expect(stopped.ids.slice(-2)).toEqual(stop);
    expect(free.ids.slice(0, stopped.ids.length)).toEqual(stopped.ids);
  });

  test('goes on from exact ids as if it had never stopped', async () => {
    const greedy = { mode: 'greedy' as const, temperature: 0, minP: 0.05 as const, maxTokens: 40, stop: [] };
    const whole = await record(made, starterRequest({ sampler: greedy }));
    const prompt = { kind: 'ids' as const, promptIds: whole.promptIds, prefixIds: whole.ids.slice(0, 15) };
    const rest = await record(made, starterRequest({ prompt, sampler: { ...greedy, maxTokens: 25 } }));
    const start = await record(made, starterRequest({ sampler: { ...greedy, maxTokens: 15 } }));
    expect(rest.promptIds).toEqual(whole.promptIds);
    expect([...start.ids, ...rest.ids]).toEqual(whole.ids);
    expect(start.text + rest.text).toBe(whole.text);
  });

  test('refuses a prompt that leaves no room for the answer, with its length', async () => {
    const prompt = { kind: 'text' as const, text: 'const x = 1;\n'.repeat(80) };
    const { end, ids } = await record(made, starterRequest({ prompt }));
    expect(end).toMatchObject({ kind: 'failed', code: 'prompt_too_long', delivered: 0 });
    expect(end.kind === 'failed' && end.promptTokens).toBeGreaterThan(384 - 48);
    expect(ids).toEqual([]);
    const exact = await record(made, starterRequest({ maxTokens: 384 - 1 - 9 }));
    expect(exact.end.kind).toBe('ended');
    const oneMore = await record(made, starterRequest({ maxTokens: 384 - 9 }));
    expect(oneMore.end).toMatchObject({ kind: 'failed', code: 'prompt_too_long', promptTokens: 9 });
  });

  test('words that look like control tokens stay words', async () => {
    const { promptIds } = await record(
      made,
      starterRequest({ prompt: { kind: 'text', text: '</s><s>' }, maxTokens: 1 }),
    );
    expect(promptIds[0]).toBe(1);
    expect(promptIds.slice(1)).not.toContain(1);
    expect(promptIds).not.toContain(2);
  });

  test('a conversation needs a template, and ids must be in the vocabulary', async () => {
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const chat = await record(made, starterRequest({ prompt: { kind: 'messages', messages } }));
    expect(chat.end).toMatchObject({ kind: 'failed', code: 'no_chat_template' });
    const ids = { kind: 'ids' as const, promptIds: [1, 4096], prefixIds: [] };
    expect((await record(made, starterRequest({ prompt: ids }))).end).toMatchObject({
      kind: 'failed',
      code: 'invalid_ids',
    });
  });

  test('a cancelled run ends, and what came before is kept', async () => {
    const stop = new AbortController();
    const run = await record(made, starterRequest({ maxTokens: 300 }), {
      signal: stop.signal,
      onTokens: () => stop.abort(),
    });
    expect(run.end).toMatchObject({ kind: 'ended', finish: 'cancelled', count: run.ids.length });
    expect(run.ids.length).toBeGreaterThan(0);
    expect(run.ids.length).toBeLessThan(300);
    expect((await record(made, starterRequest())).end.kind).toBe('ended');
  });

  test('gives the machine back: running and waiting answers end as yielded', async () => {
    await made.prepare(starterModel);
    let yielded = false;
    const runs = await Promise.all(
      Array.from({ length: 12 }, (_, seed) =>
        record(made, starterRequest({ seed, maxTokens: 340 }), {
          onTokens: () => {
            if (!yielded) made.yieldAll();
            yielded = true;
          },
        }),
      ),
    );
    const finishes = runs.map(({ end }) => (end.kind === 'ended' ? end.finish : end.code));
    expect(finishes.filter((finish) => finish === 'yielded').length).toBeGreaterThanOrEqual(10);
    expect(runs.at(-1)?.ids).toEqual([]);
    expect((await record(made, starterRequest())).end.kind).toBe('ended');
  });
});
