import { assertNever } from '#shared/util/assertNever.ts';
import type { Clock } from '#shared/util/clock.ts';
import { EngineToWorker, type GenerateRun, type LoadModel, type MeasureSteps } from '#shared/worker/EngineToWorker.ts';
import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import type { RunFailureCode, WorkerMemory, WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';
import { digestFile } from '#node/digestFile.ts';
import type { LoadHost, ModelHost } from './model/ModelHost.ts';
import { measureSteps } from './measuring/measureSteps.ts';
import { ModelRefusedError } from './model/ModelRefusedError.ts';
import { preparePrompt } from './run/preparePrompt.ts';
import { readMemory } from './measuring/readMemory.ts';
import { Run } from './run/Run.ts';
import { StepLoop } from './steps/StepLoop.ts';
import { StepTuner } from './steps/StepTuner.ts';

/** The program's access to its process. */
export interface WorkerPorts {
  readonly clock: Clock;
  readonly loadHost: LoadHost;
  /** The machine as the library sees it. Rejects when the library cannot be loaded. */
  readonly describeMachine: () => Promise<InferenceFacts>;
  readonly send: (message: WorkerToEngine) => void;
  readonly log: (line: string) => void;
  readonly residentBytes: () => number;
  /** Processor time of this process so far, in milliseconds. */
  readonly processorMs: () => number;
  readonly exit: (code: number) => void;
}

/** Messages longer than this are cut; the engine's schema accepts no longer ones. */
const maxMessageLength = 2000;

/** Answers the engine's messages: one model, many concurrent runs. */
export class WorkerProgram {
  readonly #ports: WorkerPorts;
  readonly #runs = new Map<string, Run>();
  readonly #tuner: StepTuner;
  readonly #loop: StepLoop;
  #host: ModelHost | null = null;
  #loading = false;

  constructor(ports: WorkerPorts) {
    this.#ports = ports;
    const tuner = new StepTuner({ clock: ports.clock, processorMs: ports.processorMs });
    this.#tuner = tuner;
    this.#loop = new StepLoop((active) => tuner.beforeStep(active));
  }

  /** Handles one message as it came over the channel. An invalid one is answered with `rejected` and ignored. */
  receive(raw: unknown): void {
    const parsed = EngineToWorker.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return this.#reject((issue?.path ?? []).map(String).join('.'), issue?.message ?? 'not valid');
    }
    const message = parsed.data;
    switch (message.type) {
      case 'load':
        return void this.#load(message);
      case 'generate':
        return this.#generate(message);
      case 'stop':
        this.#runs.get(message.runId)?.stop(message.reason);
        return this.#tuner.wake();
      case 'pace':
        return this.#tuner.setPace(message);
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
        return void this.#unload();
      default:
        return assertNever(message);
    }
  }

  async #load(request: LoadModel): Promise<void> {
    if (this.#loading) return this.#reject('type', 'A worker loads only one model.');
    this.#loading = true;
    try {
      await checkDigest(request);
      const host = await this.#ports.loadHost(request, this.#ports.log);
      this.#host = host;
      this.#tuner.attach(host, request);
      this.#ports.send(host.describe(this.#memory()));
    } catch (thrown) {
      const code = thrown instanceof ModelRefusedError ? thrown.code : 'library_missing';
      this.#ports.send({ type: 'load_failed', code, message: messageOf(thrown) });
    }
  }

  async #describe(): Promise<void> {
    try {
      this.#ports.send({ type: 'machine', facts: await this.#ports.describeMachine() });
    } catch (thrown) {
      this.#ports.send({ type: 'load_failed', code: 'library_missing', message: messageOf(thrown) });
    }
  }

  async #measure(request: MeasureSteps): Promise<void> {
    const { runId } = request;
    if (this.#host === null) return this.#fail(runId, 'not_loaded', 'No model is loaded.');
    if (this.#runs.size > 0) return this.#fail(runId, 'busy', 'Runs are in progress.');
    try {
      const stepMs = await measureSteps(this.#host, this.#ports.clock, request);
      this.#ports.send({ type: 'measured', runId, stepMs });
    } catch (thrown) {
      this.#fail(runId, 'run_failed', messageOf(thrown));
    }
  }

  #generate(request: GenerateRun): void {
    const requestedAt = this.#ports.clock.monotonic();
    const { runId, sampler, seed } = request;
    const host = this.#host;
    if (host === null) return this.#fail(runId, 'not_loaded', 'No model is loaded.');
    if (this.#runs.has(runId)) return this.#reject('runId', 'This run is in progress already.');
    const prompt = preparePrompt(host, request);
    if (prompt.kind === 'refused') return this.#fail(runId, prompt.code, prompt.message, prompt.promptTokens);
    const sequence = host.takeSequence();
    if (sequence === null) return this.#fail(runId, 'busy', 'All sequences are in use.');
    const { promptIds, prefixIds } = prompt;
    const run = new Run({
      promptIds,
      prefixIds,
      sampler,
      seed,
      eogIds: host.eogIds,
      sequence,
      clock: this.#ports.clock,
      requestedAt,
      promptPiece: () => this.#tuner.promptPiece,
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
    this.#ports.send({ type: 'started', runId, promptIds });
    this.#loop.add(run);
  }

  #fail(runId: string, code: RunFailureCode, text: string, promptTokens?: number): void {
    this.#runs.delete(runId);
    const message = text.slice(0, maxMessageLength);
    this.#ports.send({ type: 'failed', runId, code, message, ...(promptTokens === undefined ? {} : { promptTokens }) });
  }

  #reject(field: string, message: string): void {
    this.#ports.send({ type: 'rejected', field: field.slice(0, 200), message: message.slice(0, maxMessageLength) });
  }

  async #unload(): Promise<void> {
    for (const run of this.#runs.values()) run.stop('yield');
    await this.#host?.dispose();
    this.#ports.exit(0);
  }

  #memory(): WorkerMemory {
    return { residentBytes: this.#ports.residentBytes(), gpuBytes: this.#host?.gpuBytes ?? 0 };
  }
}

async function checkDigest({ modelPath, digest }: LoadModel): Promise<void> {
  let found: string;
  try {
    found = await digestFile(modelPath);
  } catch (thrown) {
    throw new ModelRefusedError('file_missing', messageOf(thrown), thrown);
  }
  if (found !== digest)
    throw new ModelRefusedError('digest_mismatch', `The file has the digest ${found}, not ${digest}.`);
}

function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, maxMessageLength);
}
