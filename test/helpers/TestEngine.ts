import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { composeEngine } from '#engine/compose/composeEngine.ts';
import type { Engine } from '#engine/api/Engine.ts';
import type { EnginePorts } from '#engine/compose/EnginePorts.ts';
import type { Inference } from '#engine/ports/inference/Inference.ts';
import { noSenses, type Senses } from '#engine/ports/Senses.ts';
import { noKeepAwake } from '#engine/ports/KeepAwake.ts';
import type { Machine } from '#engine/ports/Machine.ts';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import { fileVault } from '#engine/swarmLink/identity/fileVault.ts';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import type { TaskDetail } from '#shared/api/history.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Link } from '#shared/protocol/link.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { TestCoordinator } from './TestCoordinator.ts';
import { silentLogger } from './silentLogger.ts';
import { starterModel } from './starterModel.ts';
import { until } from './until.ts';
import { fixedShelf } from '#test/helpers/fixedShelf.ts';
import { unknownMachine } from '#test/helpers/unknownMachine.ts';

export interface TestEngineOptions {
  readonly coordinator: TestCoordinator;
  readonly inference: Inference;
  readonly models?: readonly InstalledModel[];
  readonly home?: string;
  readonly clock?: Clock;
  readonly senses?: Senses;
  /** What is measured; by default nothing can be. */
  readonly machine?: Machine;
  /** What the swarm is told of the computer; by default nothing. */
  readonly computer?: EnginePorts['computer'];
}

/** The real engine over a folder of its own. */
export class TestEngine {
  readonly home: string;
  readonly engine: Engine;
  readonly store: EngineStore;
  readonly events: EngineEvent[] = [];
  readonly #coordinator: TestCoordinator;
  #dead = false;
  #link: Link | null = null;

  constructor(options: TestEngineOptions) {
    this.home = options.home ?? mkdtempSync(path.join(tmpdir(), 'open-swarm-engine-'));
    const { clock = systemClock } = options;
    this.store = openEngineStore({ file: path.join(this.home, 'engine.db'), clock });
    this.#coordinator = options.coordinator;
    this.engine = composeEngine({
      clock,
      random: systemRandom,
      logger: silentLogger,
      home: this.home,
      store: this.store,
      version: '0.0.0-test',
      defaultName: 'Test node',
      dialer: { dial: (address, signal) => this.#dial(address, signal) },
      http: options.coordinator.http,
      inference: options.inference,
      models: fixedShelf(options.models ?? [starterModel]),
      secrets: new FileSecrets(this.home),
      identityVault: fileVault(this.home),
      senses: options.senses ?? noSenses,
      keepAwake: noKeepAwake,
      machine: options.machine ?? unknownMachine,
      computer: options.computer ?? (() => null),
      processor: null,
    });
    this.engine.onEvent((event) => this.events.push(event));
  }

  /** Starts; joins the swarm at the first start; resolves when it is connected. */
  async start(): Promise<this> {
    await this.engine.start();
    const { address, secret } = this.#coordinator;
    if (this.engine.slice('swarm').joined === null) await this.engine.join({ address, secret });
    await this.connected();
    return this;
  }

  async connected(): Promise<void> {
    await until(() => this.engine.slice('swarm').connection.state === 'connected', 'connected');
  }

  async serving(): Promise<void> {
    await until(() => this.engine.slice('models').some((model) => model.state === 'ready'), 'a model is ready');
  }

  async submit(input: Partial<SubmissionInput> = {}): Promise<string> {
    const submission = Submission.parse({
      type: 'code_completion',
      messages: [{ role: 'user', content: 'function add(a, b) {' }],
      maxTokens: 32,
      deadlineMs: 60_000,
      ...input,
    });
    return (await this.engine.handlers['task.submit']({ submission, detach: false })).taskId;
  }

  /**
   * Submits until a task is caught in the middle of its answer: on a busy machine the small model may be done before
   * anybody looks.
   */
  async midway(input: Partial<SubmissionInput> = {}): Promise<string> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const taskId = await this.submit({ maxTokens: 300, ...input });
      const isOver = (): boolean => this.store.ownTasks.get(this.swarmId, taskId)?.over === true;
      const tokens = (): number =>
        this.engine.slice('tasks').find((task) => task.taskId === taskId && task.role === 'requester')?.outputTokens ??
        0;
      await until(() => isOver() || tokens() > 10, 'tokens arrived');
      if (!isOver() && tokens() < 150) return taskId;
    }
    throw new Error('No task was ever caught in the middle');
  }

  async finished(taskId: string): Promise<TaskDetail> {
    await until(() => this.store.ownTasks.get(this.swarmId, taskId)?.over === true, `task ${taskId} is over`);
    return this.engine.handlers['task.get']({ taskId });
  }

  get swarmId(): string {
    return this.engine.slice('swarm').joined?.swarmId ?? '';
  }

  async stop(how: { drain: boolean } = { drain: false }): Promise<void> {
    await this.engine.stop(how);
    this.store.close();
  }

  /**
   * Dies as by kill -9: what is on disk at this moment is all that is left, in a folder of its own, which is returned;
   * the connection is gone. The rest of this object is cleared away behind the scenes.
   */
  async die(): Promise<string> {
    const left = mkdtempSync(path.join(tmpdir(), 'open-swarm-left-'));
    cpSync(this.home, left, { recursive: true });
    this.#dead = true;
    this.#link?.close('killed');
    await this.stop();
    this.remove();
    return left;
  }

  async #dial(address: string, signal: AbortSignal): Promise<Link> {
    if (this.#dead) throw new SwarmError('not_connected');
    this.#link = await this.#coordinator.dialer.dial(address, signal);
    return this.#link;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
