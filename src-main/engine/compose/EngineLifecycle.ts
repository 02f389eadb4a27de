import { withinTime } from '#shared/util/withinTime.ts';
import type { EngineRooms } from '#engine/api/snapshot/EngineRooms.ts';
import { applyMeasuredPlans } from './composeBenchmark.ts';
import type { WorkRooms } from './composeWork.ts';
import type { EnginePorts } from './EnginePorts.ts';

/** Milliseconds that a stop without draining waits for runs to stop at their next token. */
const lastTokenMs = 10_000;

/** Milliseconds that a stop waits for the last results to be acknowledged; the next start delivers the rest. */
const lastDeliveryMs = 3_000;

type LifecycleRooms = EngineRooms & Pick<WorkRooms, 'leases'>;

/** Starts the rooms of an engine in their order and stops them. */
export class EngineLifecycle {
  readonly #ports: EnginePorts;
  readonly #rooms: LifecycleRooms;
  readonly #subscriptions: (() => void)[] = [];

  constructor(ports: EnginePorts, rooms: LifecycleRooms) {
    this.#ports = ports;
    this.#rooms = rooms;
  }

  /** Rejects with a SwarmError `storage_*` when the identity cannot be opened. */
  async start(): Promise<void> {
    const { identity, executor, phase, settings, models, controller, membership, announcer } = this.#rooms;
    await identity.open();
    const interrupted = await executor.endInterrupted();
    if (interrupted > 0) this.#ports.logger.warn('The last end of the engine interrupted tasks.', { interrupted });
    phase.started = true;
    settings.start();
    models.setMemoryLimit(settings.all['contribution.memoryLimit']);
    controller.start();
    applyMeasuredPlans(this.#ports);
    this.#watchModels();
    models.start();
    membership.open();
    announcer.changed('engine', 'identity', 'contribution', 'swarm', 'models', 'settings');
  }

  /** Finishes running tasks (`drain`) or hands them over, delivers what it can, and stops the rooms. */
  async stop({ drain }: { drain: boolean }): Promise<void> {
    const { phase, announcer, executor, bench, outbox, client, models } = this.#rooms;
    const { clock } = this.#ports;
    phase.draining = true;
    announcer.changed('contribution');
    this.#capacityChanged();
    if (!drain) executor.yieldAll(true);
    await bench.cancel();
    const idle = executor.whenIdle();
    await (drain ? idle : withinTime(clock, lastTokenMs, idle));
    await withinTime(clock, lastDeliveryMs, outbox.deliver());
    models.stop();
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    const { membership, controller, settings, leases, reconciler, submissions } = this.#rooms;
    for (const room of [membership, controller, settings, outbox, leases, reconciler, submissions]) room.stop();
    client.disconnect('the engine stops');
  }

  /** The pool and the shelf may outlive this engine, so their events are followed only while it runs. */
  #watchModels(): void {
    const { inference, models: shelf } = this.#ports;
    const { announcer, models } = this.#rooms;
    this.#subscriptions.push(
      inference.onChange(() => this.#capacityChanged()),
      shelf.onChange(() => {
        void models.load();
        this.#capacityChanged();
      }),
      shelf.onDownloads(() => announcer.changed('downloads')),
    );
  }

  #capacityChanged(): void {
    const { models, client, announcer } = this.#rooms;
    models.learn();
    client.publish();
    announcer.changed('models', 'contribution');
  }
}
