import type { Clock } from '#shared/util/clock.ts';
import type { MeasureSteps } from '#shared/worker/EngineToWorker.ts';
import type { ModelHost, SequencePort } from '#main/inference-worker/model/ModelHost.ts';

/** Typical sampler settings of tasks. */
const sampler = { mode: 'sampled' as const, temperature: 0.7, minP: 0.05 as const, maxTokens: 1, stop: [] };

/**
 * Measures a loaded model; returns the duration of each step in milliseconds. All sequences form one batch, as in the
 * step loop. The token ids are arbitrary, because they do not affect the cost of a step.
 */
export async function measureSteps(host: ModelHost, clock: Clock, request: MeasureSteps): Promise<number[]> {
  if (request.promptTokens >= host.contextSize - 2) throw new Error('The prompt does not fit the context.');
  host.useThreads(request.threads);
  return request.kind === 'prefill' ? readPrompts(host, clock, request) : writeAnswers(host, clock, request);
}

async function readPrompts(host: ModelHost, clock: Clock, request: MeasureSteps): Promise<number[]> {
  const ids = arbitraryIds(host, request.promptTokens, 0);
  const steps: number[] = [];
  let spent = 0;
  // The first step is a warm-up and is not counted.
  while (steps.length <= request.leastSteps || spent < request.mostMs) {
    const [sequence] = take(host, 1);
    const start = clock.monotonic();
    await sequence?.read(ids);
    const ms = clock.monotonic() - start;
    await sequence?.release();
    steps.push(ms);
    spent += ms;
  }
  return steps.slice(1);
}

async function writeAnswers(host: ModelHost, clock: Clock, request: MeasureSteps): Promise<number[]> {
  const sequences = take(host, request.sequences);
  const answers = sequences.map((sequence, index) => {
    const ids = arbitraryIds(host, request.promptTokens, index);
    return { ids, sequence, tokens: sequence.draw(ids.slice(-1), sampler, index) };
  });
  const room = host.contextSize - request.promptTokens - 2;
  const steps: number[] = [];
  try {
    for (const { sequence, ids } of answers) await sequence.read(ids.slice(0, -1));
    const begin = clock.monotonic();
    for (let from = begin; steps.length < room;) {
      await Promise.all(answers.map(({ tokens }) => tokens.next()));
      const end = clock.monotonic();
      steps.push(end - from);
      if (steps.length > request.leastSteps && end - begin >= request.mostMs) break;
      from = end;
    }
  } finally {
    for (const { tokens, sequence } of answers) {
      await tokens.return?.();
      await sequence.release();
    }
  }
  return steps.slice(1);
}

function take(host: ModelHost, count: number): SequencePort[] {
  const taken: SequencePort[] = [];
  while (taken.length < count) {
    const sequence = host.takeSequence();
    if (sequence === null) throw new Error(`The model was loaded with fewer than ${count} sequences.`);
    taken.push(sequence);
  }
  return taken;
}

/** Deterministic ids spread over the vocabulary, without end tokens. */
function arbitraryIds(host: ModelHost, count: number, salt: number): number[] {
  const ids: number[] = [];
  for (let number = salt * 7919 + 17; ids.length < count; number += 7907) {
    const id = number % host.vocabSize;
    if (!host.eogIds.has(id)) ids.push(id);
  }
  return ids;
}
