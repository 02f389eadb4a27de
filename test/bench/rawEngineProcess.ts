import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { RawEngineJob, type RawEngineRun } from './rawEngineJob.ts';

// A process of its own that uses node-llama-cpp directly, without any part of Open Swarm: the peer of the benchmark.

/** The library drops options that are null: no top-k stage, as in the worker. */
const noTopK: object = { topK: null };

const job = RawEngineJob.parse(JSON.parse(process.argv[2] ?? ''));
const llama = await getLlama({
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  gpu: false,
  maxThreads: Math.max(job.decodeThreads, job.prefillThreads),
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath: job.modelPath, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: job.contextSize,
  sequences: job.sequences,
  threads: { ideal: Math.max(job.decodeThreads, job.prefillThreads), min: 1 },
});
const sequences = Array.from({ length: job.streams }, () => context.getSequence());
const { bos, shouldPrependBosToken } = model.tokens;
const prompt: Token[] = [
  ...(bos !== null && shouldPrependBosToken ? [bos] : []),
  ...model.tokenize(job.promptText, false),
];

const runs: RawEngineRun[] = [];
// The first round warms caches up and is not counted.
for (let round = 0; round <= job.rounds; round += 1) {
  const run = await oneRound();
  if (round > 0) runs.push(run);
}
process.stdout.write(JSON.stringify({ promptTokens: prompt.length, runs }));
await llama.dispose();

/** All streams at once; the library batches as it likes. */
async function oneRound(): Promise<RawEngineRun> {
  llama.maxThreads = job.prefillThreads;
  const start = performance.now();
  const ends = await Promise.all(sequences.map((sequence, index) => stream(sequence, start, index)));
  const tokens = ends.reduce((sum, { count }) => sum + count, 0);
  const first = Math.min(...ends.map(({ firstMs }) => firstMs));
  const last = Math.max(...ends.map(({ lastMs }) => lastMs));
  await Promise.all(sequences.map((sequence) => sequence.clearHistory()));
  return { firstTokenMs: first, tokensPerSecond: ((tokens - job.streams) / (last - first)) * 1000, tokens };
}

async function stream(sequence: (typeof sequences)[number], start: number, index: number) {
  let firstMs = 0;
  let lastMs = 0;
  let count = 0;
  const options = { temperature: 0.7, minP: 0.05, ...noTopK, topP: 1, seed: job.seed + index, yieldEogToken: true };
  for await (const _ of sequence.evaluate(prompt, options)) {
    lastMs = performance.now() - start;
    if (count === 0) {
      firstMs = lastMs;
      llama.maxThreads = job.decodeThreads;
    }
    count += 1;
    if (count >= job.maxTokens) break;
  }
  return { firstMs, lastMs, count };
}
