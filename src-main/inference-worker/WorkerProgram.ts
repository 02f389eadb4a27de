import { assertNever } from '#shared/util/assertNever.ts';
import type { Clock } from '#shared/util/clock.ts';
import {
  EngineToWorker,
  type GenerateRun,
  type LoadModel,
  type MeasureSteps,
  type SetPace,
} from '#shared/worker/EngineToWorker.ts';
import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import type { RunFailureCode, WorkerMemory, WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';
import { digestFile } from '#node/digestFile.ts';
import type { LoadHost, ModelHost } from './ModelHost.ts';
import { measureSteps } from './measureSteps.ts';
import { ModelRefusedError } from './ModelRefusedError.ts';
import { Pacer } from './Pacer.ts';
import { readMemory } from './readMemory.ts';
import { leastMeasured, ReadPace } from './ReadPace.ts';
import { Run } from './Run.ts';
import { StepLoop, type Stepper } from './StepLoop.ts';
import { ThreadGovernor, threadCandidates } from './ThreadGovernor.ts';

/** What the program needs from its process. */
export interface WorkerPorts {
  readonly clock: Clock;
  readonly loadHost: LoadHost;
  /** What the library sees of the machine. Rejects when it cannot be loaded. */
  readonly describeMachine: () => Promise<InferenceFacts>;
  readonly send: (message: WorkerToEngine) => void;
  readonly log: (line: string) => void;
  readonly residentBytes: () => number;
  /** Processor time of this process so far, in milliseconds. */
  readonly processorMs: () => number;
  readonly exit: (code: number) => void;
}

/** Answers the engine's messages: one model, many runs. */
export class WorkerProgram {
  readonly #ports: WorkerPorts;
  readonly #runs = new Map<string, Run>();
  readonly #loop: StepLoop;
  #host: ModelHost | null = null;
  #decodeThreads = new ThreadGovernor([1]);
  #readThreads = new ThreadGovernor([1]);
  readonly #pace = new ReadPace();
  readonly #pacer: Pacer;
  #planned: Pick<LoadModel, 'decodeThreads' | 'prefillThreads'> | null = null;
  #threads = '';
  #onGpu = false;
  #readAtOnce = 1;
  #loading = false;

  constructor(ports: WorkerPorts) {
    this.#ports = ports;
    this.#pacer = new Pacer({ clock: ports.clock, processorMs: ports.processorMs });
    this.#loop = new StepLoop((active) => this.#aroundStep(active));
  }

  /** Takes one message as it came over the channel; what cannot be read is answered and otherwise ignored. */
  receive(raw: unknown): void {
    const parsed = EngineToWorker.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = (issue?.path ?? []).map(String).join('.').slice(0, 200);
      this.#ports.send({ type: 'rejected', field, message: (issue?.message ?? 'not valid').slice(0, 2000) });
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'load':
        return void this.#load(message);
      case 'generate':
        return this.#generate(message);
      case 'stop':
        this.#runs.get(message.runId)?.stop(message.reason);
        return this.#pacer.wake();
      case 'pace':
        return this.#setPace(message);
      case 'describe':
        return void this.#describe();
      case 'read_memory': {
        const bytesPerSecond = readMemory(this.#ports.clock, message);
        return this.#ports.send({ type: 'memory_read', bytesPerSecond });
      }
      case 'measure':
        return void this.#measure(message);
      case 'beat':
        return this.#ports.send({ type: 'beat', number: message.number, memory: this.#memory() });
      case 'unload':
        return void this.#leave();
      default:
        return assertNever(message);
    }
  }

  /** Chooses threads, and how much of their prompts the readers read; what the step took decides the next ones. */
  #aroundStep(active: readonly Stepper[]): () => Promise<void> | undefined {
    const readers = active.filter((stepper) => stepper.unread > 0);
    const streams = active.length;
    const start = this.#ports.clock.monotonic();
    const passed = (): number => this.#ports.clock.monotonic() - start;
    if (readers.length === 0) {
      const threads = this.#decodeThreads.next(streams);
      this.#host?.useThreads(threads);
      return () => {
        const ms = passed();
        this.#decodeThreads.record(streams, threads, ms);
        return this.#rest(ms);
      };
    }
    const threads = this.#readThreads.next(1);
    this.#host?.useThreads(threads);
    const piece = this.#pace.next(readers.length, streams);
    this.#readAtOnce = piece;
    const tokens = readers.reduce((sum, { unread }) => sum + Math.min(unread, piece), 0);
    return () => {
      const ms = passed();
      this.#pace.record(tokens, ms);
      if (tokens >= leastMeasured) this.#readThreads.record(1, threads, ms / tokens);
      return this.#rest(ms);
    };
  }

  #rest(stepMs: number): Promise<void> | undefined {
    return this.#pacer.afterStep(stepMs, this.#onGpu);
  }

  #setPace(pace: SetPace): void {
    this.#pacer.set(pace);
    if (this.#planned !== null) this.#chooseThreads(this.#planned);
  }

  /** Begins to measure anew which thread counts are best, when other ones are possible now. */
  #chooseThreads(planned: Pick<LoadModel, 'decodeThreads' | 'prefillThreads'>): void {
    this.#planned = planned;
    const decode = this.#pacer.threads(planned.decodeThreads);
    const prefill = this.#pacer.threads(planned.prefillThreads);
    if (`${decode} ${prefill}` === this.#threads) return;
    this.#threads = `${decode} ${prefill}`;
    this.#decodeThreads = new ThreadGovernor(threadCandidates(decode));
    // Reading scales better: many threads are tried first, and win when the others are not clearly faster.
    this.#readThreads = new ThreadGovernor(threadCandidates(prefill).toReversed());
  }

  async #load(request: LoadModel): Promise<void> {
    if (this.#loading) {
      return this.#ports.send({ type: 'rejected', field: 'type', message: 'A worker loads one model in its life.' });
    }
    this.#loading = true;
    try {
      await checkDigest(request);
      this.#chooseThreads(request);
      this.#host = await this.#ports.loadHost(request, this.#ports.log);
      this.#onGpu = this.#host.gpuBytes > 0;
      this.#ports.send(this.#host.describe(this.#memory()));
    } catch (thrown) {
      const refused =
        thrown instanceof ModelRefusedError ? thrown : new ModelRefusedError('library_missing', String(thrown));
      this.#ports.send({ type: 'load_failed', code: refused.code, message: refused.message.slice(0, 2000) });
    }
  }

  async #describe(): Promise<void> {
    try {
      this.#ports.send({ type: 'machine', facts: await this.#ports.describeMachine() });
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      this.#ports.send({ type: 'load_failed', code: 'library_missing', message: message.slice(0, 2000) });
    }
  }

  async #measure(request: MeasureSteps): Promise<void> {
    const { runId } = request;
    if (this.#host === null) return this.#fail(runId, 'not_loaded', 'No model is loaded.');
    if (this.#runs.size > 0) return this.#fail(runId, 'busy', 'Answers are being written.');
    try {
      const stepMs = await measureSteps(this.#host, this.#ports.clock, request);
      this.#ports.send({ type: 'measured', runId, stepMs });
    } catch (thrown) {
      this.#fail(runId, 'run_failed', thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  #generate(request: GenerateRun): void {
    const requestedAt = this.#ports.clock.monotonic();
    const host = this.#host;
    if (host === null) return this.#fail(request.runId, 'not_loaded', 'No model is loaded.');
    if (this.#runs.has(request.runId)) {
      return this.#ports.send({ type: 'rejected', field: 'runId', message: 'This run is under way already.' });
    }
    const start = startIds(host, request);
    if (start.kind === 'refused') return this.#fail(request.runId, start.code, start.message, start.promptTokens);
    const sequence = host.takeSequence();
    if (sequence === null) return this.#fail(request.runId, 'busy', 'All sequences are taken.');
    const { runId, sampler, seed } = request;
    const run = new Run({
      promptIds: start.promptIds,
      prefixIds: start.prefixIds,
      sampler,
      seed,
      eogIds: host.eogIds,
      sequence,
      clock: this.#ports.clock,
      requestedAt,
      readAtOnce: () => this.#readAtOnce,
      detokenize: host.detokenize,
      events: {
        onTokens: (batch) => this.#ports.send({ type: 'tokens', runId, ...batch }),
        onEnded: (end) => {
          this.#runs.delete(runId);
          this.#ports.send({ type: 'ended', runId, ...end });
        },
        onFailed: (message) => this.#fail(runId, 'run_failed', message),
      },
    });
    this.#runs.set(runId, run);
    this.#ports.send({ type: 'started', runId, promptIds: start.promptIds });
    this.#loop.add(run);
  }

  #fail(runId: string, code: RunFailureCode, message: string, promptTokens?: number): void {
    this.#runs.delete(runId);
    this.#ports.send({
      type: 'failed',
      runId,
      code,
      message: message.slice(0, 2000),
      ...(promptTokens === undefined ? {} : { promptTokens }),
    });
  }

  async #leave(): Promise<void> {
    for (const run of this.#runs.values()) run.stop('yield');
    await this.#host?.dispose();
    this.#ports.exit(0);
  }

  #memory(): WorkerMemory {
    return { residentBytes: this.#ports.residentBytes(), gpuBytes: this.#host?.gpuBytes ?? 0 };
  }
}

type Start =
  | { readonly kind: 'ready'; readonly promptIds: number[]; readonly prefixIds: number[] }
  | {
      readonly kind: 'refused';
      readonly code: RunFailureCode;
      readonly message: string;
      readonly promptTokens?: number;
    };

/** Builds the prompt ids and checks that prompt and answer fit the context without ever shifting it. */
function startIds(host: ModelHost, { prompt, sampler }: GenerateRun): Start {
  const ids = promptOf(host, prompt);
  if (ids === null) return { kind: 'refused', code: 'no_chat_template', message: 'This model has no chat template.' };
  const { promptIds, prefixIds } = ids;
  if (promptIds.length === 0) return { kind: 'refused', code: 'invalid_ids', message: 'The prompt has no tokens.' };
  if ([...promptIds, ...prefixIds].some((id) => id >= host.vocabSize)) {
    return { kind: 'refused', code: 'invalid_ids', message: 'A token id is outside the vocabulary.' };
  }
  const promptTokens = promptIds.length + prefixIds.length;
  if (promptTokens + sampler.maxTokens > host.contextSize - 1) {
    const message = `${promptTokens} prompt tokens and ${sampler.maxTokens} for the answer exceed ${host.contextSize - 1}.`;
    return { kind: 'refused', code: 'prompt_too_long', message, promptTokens };
  }
  return { kind: 'ready', promptIds, prefixIds };
}

function promptOf(host: ModelHost, prompt: GenerateRun['prompt']) {
  switch (prompt.kind) {
    case 'ids':
      return { promptIds: prompt.promptIds, prefixIds: prompt.prefixIds };
    case 'text':
      return { promptIds: host.tokenizeText(prompt.text), prefixIds: [] };
    case 'messages': {
      const promptIds = host.tokenizeMessages(prompt.messages);
      return promptIds === null ? null : { promptIds, prefixIds: [] };
    }
    default:
      return assertNever(prompt);
  }
}

async function checkDigest({ modelPath, digest }: LoadModel): Promise<void> {
  let found: string;
  try {
    found = await digestFile(modelPath);
  } catch (thrown) {
    throw new ModelRefusedError('file_missing', thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
  if (found !== digest)
    throw new ModelRefusedError('digest_mismatch', `The file has the digest ${found}, not ${digest}.`);
}
