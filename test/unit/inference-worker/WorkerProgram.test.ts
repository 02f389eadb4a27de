import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelHost } from '#main/inference-worker/model/ModelHost.ts';
import { ModelRefusedError } from '#main/inference-worker/model/ModelRefusedError.ts';
import { WorkerProgram, type WorkerPorts } from '#main/inference-worker/WorkerProgram.ts';
import { digestFile } from '#node/digestFile.ts';
import { WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';

let folder = '';
let load: Record<string, unknown>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-program-'));
  const modelPath = path.join(folder, 'model.gguf');
  await writeFile(modelPath, 'not really a model');
  load = { type: 'load', modelPath, digest: await digestFile(modelPath), contextSize: 64, sequences: 2 };
  Object.assign(load, { decodeThreads: 2, prefillThreads: 2, gpuLayers: 0 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sampler = { mode: 'sampled', temperature: 0.7, minP: 0.05, maxTokens: 3, stop: [] };
const generate = { type: 'generate', runId: 'r1', prompt: { kind: 'text', text: 'ab' }, sampler, seed: 1 };

/** FAKE host in place of the library: every character is a token, and answers count upwards. */
function fakeHost(): ModelHost & { readonly threads: number[] } {
  let free = 2;
  const threads: number[] = [];
  return {
    threads,
    contextSize: 64,
    vocabSize: 200,
    eogIds: new Set([2]),
    gpuBytes: 0,
    useThreads: (count) => void threads.push(count),
    tokenizeText: (prompt) => Array.from(prompt, (letter) => letter.codePointAt(0) ?? 0),
    tokenizeMessages: () => null,
    detokenize: (ids) => String.fromCodePoint(...ids),
    takeSequence: () => {
      if (free === 0) return null;
      free -= 1;
      return {
        order: free,
        read: async () => {},
        draw: async function* draw() {
          for (let id = 97; ; id += 1) yield await Promise.resolve(id);
        },
        release: async () => void (free += 1),
      };
    },
    dispose: async () => {},
    describe: (memory) => ({
      type: 'loaded',
      vocabSize: 200,
      eogIds: [2],
      contextSize: 64,
      trainContextSize: 64,
      sequences: 2,
      hasChatTemplate: false,
      architecture: 'fake',
      environment: { library: 'fake', gpu: 'cpu', flashAttention: 'off', kv: 'F16' },
      memory,
    }),
  };
}

function setUp(change: Partial<WorkerPorts> = {}) {
  const said: WorkerToEngine[] = [];
  const exits: number[] = [];
  const host = fakeHost();
  const program = new WorkerProgram({
    clock: new ManualClock(),
    describeMachine: () => Promise.reject(new Error('No library.')),
    loadHost: async () => host,
    send: (message) => void said.push(WorkerToEngine.parse(message)),
    log: () => {},
    residentBytes: () => 7,
    processorMs: () => 0,
    exit: (code) => void exits.push(code),
    ...change,
  });
  const until = async (type: WorkerToEngine['type']): Promise<void> => {
    await expect.poll(() => said.some((message) => message.type === type)).toBe(true);
  };
  const loaded = async (): Promise<void> => {
    program.receive(load);
    await until('loaded');
    said.length = 0;
  };
  return { program, said, exits, host, until, loaded };
}

describe('messages to a worker', () => {
  test.each([
    ['nothing', null, ''],
    ['an unknown type', { type: 'format_disk' }, 'type'],
    ['a sampler with top-k instead of min-p', { ...generate, sampler: { ...sampler, minP: 0 } }, 'sampler.minP'],
    ['a seed that means random', { ...generate, seed: 4_294_967_295 }, 'seed'],
    ['a digest that is none', { type: 'load', digest: 'abc' }, 'modelPath'],
    ['negative ids', { ...generate, prompt: { kind: 'ids', promptIds: [-1], prefixIds: [] } }, 'prompt.promptIds.0'],
  ])('%s is rejected and the field named', (_, message, field) => {
    const { program, said } = setUp();
    program.receive(message);
    expect(said).toMatchObject([{ type: 'rejected', field }]);
  });

  test('a beat is answered with its number, a model or not', () => {
    const { program, said } = setUp();
    program.receive({ type: 'beat', number: 3 });
    expect(said).toEqual([{ type: 'beat', number: 3, memory: { residentBytes: 7, gpuBytes: 0 } }]);
  });

  test('a run without a model fails, a stop of an unknown run does nothing', () => {
    const { program, said } = setUp();
    program.receive(generate);
    program.receive({ type: 'stop', runId: 'unknown', reason: 'cancel' });
    expect(said).toMatchObject([{ type: 'failed', runId: 'r1', code: 'not_loaded' }]);
  });
});

describe('the benchmark', () => {
  const measure = { type: 'measure', runId: 'm1', kind: 'decode', sequences: 2, threads: 1 };
  Object.assign(measure, { promptTokens: 4, leastSteps: 2, mostMs: 1 });

  test('memory is read without a model; what the library sees needs the library', async () => {
    const { program, said, until } = setUp();
    program.receive({ type: 'read_memory', bytes: 1 << 16, forMs: 1 });
    program.receive({ type: 'describe' });
    await until('load_failed');
    expect(said).toMatchObject([{ type: 'memory_read' }, { type: 'load_failed', message: 'No library.' }]);
  });

  test('steps are measured with a loaded model that nothing else uses', async () => {
    const { program, said, host, until, loaded } = setUp();
    program.receive(measure);
    expect(said).toMatchObject([{ type: 'failed', runId: 'm1', code: 'not_loaded' }]);
    await loaded();
    program.receive({ ...measure, mostMs: 60_000 });
    await until('measured');
    // The context of 64 tokens ends it: 4 of the prompt, 2 in reserve, the first step not counted.
    expect(said).toMatchObject([{ type: 'measured', runId: 'm1', stepMs: Array.from({ length: 57 }, () => 0) }]);
    expect(host.threads).toEqual([1]);
    program.receive({ ...measure, sequences: 3 });
    await until('failed');
    expect(said[1]).toMatchObject({ type: 'failed', code: 'run_failed' });
  });

  test('nothing is measured while answers are written', async () => {
    const { program, said, loaded } = setUp();
    await loaded();
    program.receive(generate);
    program.receive(measure);
    expect(said).toContainEqual(expect.objectContaining({ type: 'failed', runId: 'm1', code: 'busy' }));
  });
});

describe('loading', () => {
  test('happens once', async () => {
    const { program, said, loaded } = setUp();
    await loaded();
    program.receive(load);
    expect(said).toMatchObject([{ type: 'rejected' }]);
  });

  test('a wrong digest is refused before the library is asked', async () => {
    let asked = 0;
    const loadHost = async (): Promise<ModelHost> => {
      asked += 1;
      return fakeHost();
    };
    const { program, said, until } = setUp({ loadHost });
    program.receive({ ...load, digest: '0'.repeat(64) });
    await until('load_failed');
    expect(said).toMatchObject([{ code: 'digest_mismatch' }]);
    expect(asked).toBe(0);
  });

  test.each([
    [new ModelRefusedError('out_of_memory', 'Too large.'), 'out_of_memory'],
    [new Error('Something else.'), 'library_missing'],
  ])('a refusal of the library is told: %s', async (refusal, code) => {
    const { program, said, until } = setUp({ loadHost: () => Promise.reject(refusal) });
    program.receive(load);
    await until('load_failed');
    expect(said).toMatchObject([{ code }]);
  });
});

describe('running', () => {
  test('tells the prompt, the tokens and the end, in this order', async () => {
    const { program, said, until, loaded } = setUp();
    await loaded();
    program.receive(generate);
    await until('ended');
    expect(said[0]).toEqual({ type: 'started', runId: 'r1', promptIds: [97, 98] });
    const tokens = said.flatMap((message) => (message.type === 'tokens' ? message.ids : []));
    expect(tokens).toEqual([97, 98, 99]);
    expect(said.at(-1)).toMatchObject({ type: 'ended', finish: 'length', count: 3 });
  });

  test('prompt and answer must fit the context without its last place', async () => {
    const { program, said, until, loaded } = setUp();
    await loaded();
    program.receive({ ...generate, prompt: { kind: 'text', text: 'x'.repeat(61) } });
    expect(said).toMatchObject([{ code: 'prompt_too_long', promptTokens: 61 }]);
    program.receive({ ...generate, prompt: { kind: 'text', text: 'x'.repeat(60) } });
    await until('ended');
    program.receive({
      ...generate,
      prompt: { kind: 'ids', promptIds: [5], prefixIds: Array.from({ length: 60 }, () => 6) },
    });
    expect(said.at(-1)).toMatchObject({ code: 'prompt_too_long', promptTokens: 61 });
  });

  test.each([
    ['an id outside the vocabulary', { kind: 'ids', promptIds: [5], prefixIds: [200] }, 'invalid_ids'],
    ['an empty text', { kind: 'text', text: '' }, 'invalid_ids'],
    [
      'a conversation without a template',
      { kind: 'messages', messages: [{ role: 'user', content: 'x' }] },
      'no_chat_template',
    ],
  ])('%s fails the run alone', async (_, prompt, code) => {
    const { program, said, loaded } = setUp();
    await loaded();
    program.receive({ ...generate, prompt });
    expect(said).toMatchObject([{ type: 'failed', code }]);
  });

  test('no more runs than sequences, no run twice; a stopped one makes room', async () => {
    const { program, said, until, loaded } = setUp();
    await loaded();
    const endless = { ...sampler, maxTokens: 60 };
    program.receive({ ...generate, sampler: endless });
    program.receive({ ...generate, sampler: endless });
    program.receive({ ...generate, runId: 'r2', sampler: endless });
    program.receive({ ...generate, runId: 'r3' });
    expect(said.filter(({ type }) => type === 'rejected')).toHaveLength(1);
    expect(said.find(({ type }) => type === 'failed')).toMatchObject({ runId: 'r3', code: 'busy' });
    program.receive({ type: 'stop', runId: 'r1', reason: 'yield' });
    await until('ended');
    expect(said.find(({ type }) => type === 'ended')).toMatchObject({ runId: 'r1', finish: 'yielded' });
    program.receive({ ...generate, runId: 'r4' });
    expect(said.filter(({ type }) => type === 'failed')).toHaveLength(1);
    program.receive({ type: 'stop', runId: 'r2', reason: 'cancel' });
    await settle();
  });

  test('reads with all threads and tries fewer when it decodes', async () => {
    const { program, host, until, loaded } = setUp();
    await loaded();
    program.receive({ ...generate, sampler: { ...sampler, maxTokens: 10 } });
    await until('ended');
    expect(host.threads[0]).toBe(2);
    expect(new Set(host.threads.slice(1))).toEqual(new Set([1, 2]));
  });

  test('leaves when it is unloaded', async () => {
    const { program, exits, loaded } = setUp();
    await loaded();
    program.receive({ type: 'unload' });
    await expect.poll(() => exits).toEqual([0]);
  });
});
