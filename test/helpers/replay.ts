import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { z } from 'zod';

// A process of its own that replays answers of a worker with the library alone, as a verifier does (trust 4.3).

const Job = z.object({
  modelPath: z.string(),
  contextSize: z.int(),
  temperature: z.number(),
  answers: z.array(z.object({ seed: z.int(), promptIds: z.array(z.int()), ids: z.array(z.int()) })),
});

/** Min-p alone: the library drops options that are null and adds no top-k stage. */
const noTopK: object = { topK: null };

const job = Job.parse(JSON.parse(process.argv[2] ?? ''));
const llama = await getLlama({
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  gpu: false,
  maxThreads: 1,
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath: job.modelPath, gpuLayers: 0 });
const context = await model.createContext({ contextSize: job.contextSize, sequences: 1, threads: 1 });
const sequence = context.getSequence();
const sampling = { temperature: job.temperature, minP: 0.05, ...noTopK, topP: 1 };
const result = { tokens: 0, sameAsGenerated: 0, rebuilt: 0, rescored: 0 };

for (const { seed, promptIds, ids } of job.answers) {
  await generateAgain(seed, promptIds.filter(isToken), ids);
  await rescore(seed, promptIds.filter(isToken), ids.filter(isToken));
}
process.stdout.write(JSON.stringify(result));
await llama.dispose();

/** Generates once more with the probabilities shown, and rebuilds each draw from them and the seed. */
async function generateAgain(seed: number, prompt: Token[], ids: readonly number[]): Promise<void> {
  await sequence.clearHistory();
  const draw = uniformDraws(seed);
  let at = 0;
  const options = { ...sampling, seed, yieldEogToken: true };
  for await (const { token, probabilities } of sequence.evaluateWithMetadata(
    prompt,
    { probabilities: true },
    options,
  )) {
    result.tokens += 1;
    if (token === ids[at]) result.sameAsGenerated += 1;
    if (drawnToken(probabilities, draw()) === token) result.rebuilt += 1;
    at += 1;
    if (at >= ids.length) break;
  }
}

/** Reads prompt and answer in one go and looks which token each draw selects. */
async function rescore(seed: number, prompt: Token[], ids: readonly Token[]): Promise<void> {
  await sequence.clearHistory();
  const draw = uniformDraws(seed);
  const generateNext = { probabilities: true, options: { ...sampling, seed: 0 } };
  const all = [...prompt, ...ids].slice(0, -1);
  const rows = await sequence.controlledEvaluate(
    all.map((token, index) => (index < prompt.length - 1 ? token : [token, { generateNext }])),
  );
  ids.forEach((id, index) => {
    const probabilities = rows[prompt.length - 1 + index]?.next.probabilities ?? new Map<Token, number>();
    if (drawnToken(probabilities, draw()) === id) result.rescored += 1;
  });
}

/** Inverse of the cumulative distribution in token-id order. */
function drawnToken(probabilities: ReadonlyMap<Token, number>, uniform: number): number | undefined {
  const candidates = [...probabilities].toSorted(([one], [other]) => one - other);
  const total = candidates.reduce((sum, [, weight]) => sum + weight, 0);
  let sum = 0;
  return (candidates.find(([, weight]) => (sum += weight / total) > uniform) ?? candidates.at(-1))?.[0];
}

/** Doubles of std::mt19937 as llama.cpp draws them: two 32-bit numbers per token, the lower one first. */
function uniformDraws(seed: number): () => number {
  const next = mersenneTwister(seed);
  return () => {
    const low = next();
    return (low + next() * 2 ** 32) / 2 ** 64;
  };
}

function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(624);
  state[0] = seed;
  const word = (index: number): number => state[index % 624] ?? 0;
  for (let i = 1; i < 624; i += 1) state[i] = Math.imul(1_812_433_253, word(i - 1) ^ (word(i - 1) >>> 30)) + i;
  let index = 624;
  return () => {
    if (index >= 624) {
      for (let i = 0; i < 624; i += 1) {
        const mixed = (word(i) & 0x80_00_00_00) | (word(i + 1) & 0x7f_ff_ff_ff);
        state[i] = word(i + 397) ^ (mixed >>> 1) ^ ((mixed & 1) === 1 ? 0x99_08_b0_df : 0);
      }
      index = 0;
    }
    let y = word(index);
    index += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d_2c_56_80;
    y ^= (y << 15) & 0xef_c6_00_00;
    y ^= y >>> 18;
    return y >>> 0;
  };
}

function isToken(id: number): id is Token {
  return Number.isInteger(id) && id >= 0;
}
