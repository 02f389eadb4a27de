import { type RunningTask, type SliceName, Snapshot } from '#shared/api/snapshot.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import type { z } from 'zod';
import type { EngineRooms } from './EngineRooms.ts';
import { contributionOf } from '#engine/contribution/policy/contributionOf.ts';

type Running = z.infer<typeof RunningTask>;

const sliceNames = Object.keys(Snapshot.shape) as SliceName[];

/** Computes the state of the engine from its rooms, slice by slice, on demand. */
export class SliceReader {
  readonly #rooms: EngineRooms;
  readonly #startedAt: number;
  readonly #readers: { readonly [K in SliceName]: () => Snapshot[K] };

  constructor(rooms: EngineRooms) {
    this.#rooms = rooms;
    this.#startedAt = rooms.clock.now();
    this.#readers = {
      engine: () => this.#engine(),
      identity: () => this.#identity(),
      contribution: () => this.#contribution(),
      swarm: () => this.#swarm(),
      tasks: () => [...this.#asked(), ...this.#worked()],
      models: () => rooms.models.slices(rooms.client.admitted),
      downloads: () => [...rooms.shelf.downloads()],
      benchmark: () => rooms.bench.slice(),
      money: () => this.#money(),
      reputation: () => this.#reputation(),
      settings: () => rooms.settings.all,
    };
  }

  read<K extends SliceName>(name: K): Snapshot[K] {
    return this.#readers[name]();
  }

  snapshot(): Snapshot {
    return Snapshot.parse(Object.fromEntries(sliceNames.map((name) => [name, this.read(name)])));
  }

  diagnostics(): Readonly<Record<string, unknown>> {
    const { client, outbox, executor, submissions, membership, problems } = this.#rooms;
    const { state, problem, latencyMs } = client.view;
    return {
      version: this.#rooms.version,
      startedAt: this.#startedAt,
      connection: { state, problem, latencyMs },
      swarmId: membership.current()?.swarmId ?? null,
      running: executor.running.length,
      ownOpen: submissions.open.length,
      undelivered: outbox.count(),
      models: this.#rooms.models.slices(),
      problems: problems.list().map(({ code }) => code),
    };
  }

  #engine(): Snapshot['engine'] {
    const { version, home, problems } = this.#rooms;
    return { version, home, startedAt: this.#startedAt, problems: problems.list() };
  }

  #identity(): Snapshot['identity'] {
    const { identity, settings, store } = this.#rooms;
    const { accountId, nodeId } = identity.current;
    const { settings: marks } = store;
    return {
      accountId,
      nodeId,
      name: settings.all['node.name'],
      backedUpAt: marks.mark('backedUpAt'),
      onboarded: marks.mark('onboarded') ?? false,
    };
  }

  #contribution(): Snapshot['contribution'] {
    const { clock, phase, settings, controller, membership, client, outbox, executor, models } = this.#rooms;
    const names = new Set(executor.running.map((one) => one.modelName));
    const [only] = names;
    return contributionOf({
      now: clock.now(),
      wish: settings.wish,
      decision: controller.decision,
      share: controller.share,
      keepAwake: controller.keepsAwake,
      started: phase.started,
      draining: phase.draining,
      joined: membership.current() !== null,
      connection: client.view,
      undelivered: outbox.count(),
      running: executor.running.length,
      runningOwn: executor.running.filter(({ assign }) => assign.own).length,
      runningModel: names.size === 1 && only !== undefined ? only : null,
      models: models.summary(),
    });
  }

  #swarm(): Snapshot['swarm'] {
    const { membership, client, outbox } = this.#rooms;
    const swarm = membership.current();
    const joined =
      swarm === null
        ? null
        : {
            swarmId: swarm.swarmId,
            name: swarm.name,
            address: swarm.address,
            private: swarm.private,
            ownCoordinator: swarm.ownCoordinator,
          };
    return { joined, connection: { ...client.view, undelivered: outbox.count() }, health: client.health };
  }

  #asked(): Running[] {
    return this.#rooms.submissions.open.map((task) => ({
      taskId: task.taskId,
      role: 'requester',
      type: task.type,
      status: task.status,
      modelName: task.modelName,
      other: task.nodeName,
      startedAt: task.createdAt,
      outputTokens: task.live.tokens,
      maxTokens: task.maxTokens,
      tokensPerSecond: task.live.speed,
      textShown: true,
      waitingFor: task.reason,
    }));
  }

  #worked(): Running[] {
    return this.#rooms.executor.running.map((one) => ({
      taskId: one.assign.taskId,
      role: 'node',
      type: one.assign.type,
      status: 'running',
      modelName: one.modelName,
      other: one.assign.requester,
      startedAt: one.startedAt,
      outputTokens: one.count,
      maxTokens: one.assign.sampler.maxTokens,
      tokensPerSecond: speedOf(one.count, one.firstTokenAt, one.lastTokenAt),
      textShown: one.assign.privacy === 'public' || one.assign.own,
      waitingFor: null,
    }));
  }

  #money(): Snapshot['money'] {
    const { membership, reconciler, store, clock } = this.#rooms;
    const swarmId = membership.shown();
    if (swarmId === null) return noMoney;
    const lastDays = store.earnings.lastDays(swarmId, 7, clock.now());
    return {
      balances: store.swarms.get(swarmId)?.balances ?? null,
      earnedToday: formatCredits(lastDays.at(-1)?.micro ?? 0n),
      earnedThisWeek: formatCredits(lastDays.reduce((sum, { micro }) => sum + micro, 0n)),
      lastDays: lastDays.map(({ day, micro }) => ({ day, earned: formatCredits(micro) })),
      agreement: reconciler.current,
    };
  }

  #reputation(): Snapshot['reputation'] {
    const swarmId = this.#rooms.membership.shown();
    const swarm = swarmId === null ? undefined : this.#rooms.store.swarms.get(swarmId);
    return { now: swarm?.reputation ?? null, state: swarm?.reputationState ?? null };
  }
}

const noMoney: Snapshot['money'] = {
  balances: null,
  earnedToday: '0',
  earnedThisWeek: '0',
  lastDays: [],
  agreement: null,
};

function speedOf(count: number, first: number | null, last: number | null): number | null {
  if (first === null || last === null || last <= first || count < 2) return null;
  return Math.round(((count - 1) / (last - first)) * 10_000) / 10;
}
