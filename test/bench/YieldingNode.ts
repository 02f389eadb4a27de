import { setTimeout as wait } from 'node:timers/promises';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import type { GenerateRequest } from '#engine/ports/inference/Generation.ts';
import { ContributionController } from '#engine/contribution/ContributionController.ts';
import { OwnerSettings } from '#engine/contribution/OwnerSettings.ts';
import { openSenses } from '#engine/contribution/sensors/openSenses.ts';
import { noKeepAwake } from '#engine/ports/KeepAwake.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import { record } from '#test/helpers/inferencePool.ts';

/** The contribution rules of an engine with its default settings, over a pool that never runs out of work. */
export class YieldingNode {
  readonly #pool: InferencePool;
  readonly #request: (index: number) => GenerateRequest;
  readonly #streams: number;
  readonly #store = openEngineStore({ file: ':memory:', clock: systemClock });
  readonly #controller: ContributionController;
  readonly #end = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(pool: InferencePool, request: (index: number) => GenerateRequest, streams: number) {
    this.#pool = pool;
    this.#request = request;
    this.#streams = streams;
    const settings = new OwnerSettings({ clock: systemClock, store: this.#store, defaultName: 'bench' });
    this.#controller = new ContributionController({
      clock: systemClock,
      settings,
      senses: openSenses(systemClock, currentInstallation()),
      keepAwake: noKeepAwake,
      isWorking: () => true,
      yieldWork: () => pool.yieldAll(),
      setPace: (pace) => pool.setPace(pace),
    });
    settings.onChange(() => this.#controller.reconsider());
  }

  start(): void {
    this.#controller.start();
    this.#running = Promise.all(Array.from({ length: this.#streams }, (_, index) => this.#stream(index)));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
    this.#controller.stop();
    this.#store.close();
  }

  async #stream(index: number): Promise<void> {
    while (!this.#end.signal.aborted) {
      if (this.#controller.pause() === null) await record(this.#pool, this.#request(index), this.#end);
      else await wait(200);
    }
  }
}
