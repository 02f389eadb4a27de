import { Announcer } from '#engine/api/snapshot/Announcer.ts';
import { reportsThatCount } from './benchRooms.ts';
import { measuredPlans } from '#engine/machine/benchmark/measuredPlans.ts';
import { keepContributing } from '#engine/contribution/keepContributing.ts';
import type { Engine, EnginePorts } from '#engine/ports/engineContract.ts';
import { createHandlers } from '#engine/api/handlers/engineHandlers.ts';
import { composeRooms } from './composeRooms.ts';
import { Problems } from '#engine/api/snapshot/Problems.ts';
import { SliceReader } from '#engine/api/snapshot/SliceReader.ts';
import { watchStore } from '#engine/store/watchStore.ts';
import { withinTime } from '#shared/util/withinTime.ts';

export type { Engine, EngineHandlers, EnginePorts, JoinRequest } from '#engine/ports/engineContract.ts';

/** How long a stop without draining waits for runs to end at their next token. */
const lastTokenMs = 10_000;

/** How long a stop waits for the last results to be acknowledged; what is left is delivered after the next start. */
const lastDeliveryMs = 3_000;

/** Puts an engine together. Nothing happens before `start`; nothing is shared between two of them. */
export function createEngine(outside: EnginePorts): Engine {
  const announcer = new Announcer();
  const problems = new Problems(() => announcer.changed('engine'));
  const ports = { ...outside, store: watchStore(outside.store, problems) };
  const rooms = composeRooms(ports, announcer, problems);
  const { executor, outbox, client, membership, settings, leases, agreement, identity, manners, bench } = rooms;
  const slices = new SliceReader(rooms, ports);
  const contributing = keepContributing(rooms, ports);
  return {
    async start() {
      await identity.open();
      const left = await executor.endLeftOver();
      if (left > 0) ports.logger.warn('Tasks were cut off by the last end of the engine.', { count: left });
      rooms.phase.started = true;
      settings.start();
      rooms.models.limitMemory(settings.all['contribution.memoryLimit']);
      manners.start();
      ports.inference.setMeasured?.(measuredPlans(bench.history(reportsThatCount)));
      contributing.start();
      membership.open();
      announcer.changed('engine', 'identity', 'contribution', 'swarm', 'models', 'settings');
    },
    async stop({ drain }) {
      rooms.phase.draining = true;
      announcer.changed('contribution');
      contributing.tell();
      if (!drain) executor.yieldAll(true);
      await bench.cancel();
      const idle = executor.whenIdle();
      await (drain ? idle : withinTime(ports.clock, lastTokenMs, idle));
      await withinTime(ports.clock, lastDeliveryMs, outbox.deliver());
      contributing.stop();
      membership.stop();
      manners.stop();
      settings.stop();
      outbox.stop();
      leases.stop();
      agreement.stop();
      rooms.submissions.stop();
      client.disconnect('the engine stops');
    },
    handlers: createHandlers(rooms, ports),
    join: (request) => membership.join(request),
    moveSwarm: (address) => membership.move(address),
    slice: (name) => slices.read(name),
    snapshot: () => slices.snapshot(),
    admitted: () => client.admitted,
    onChange: (listener) => announcer.onChange(listener),
    onEvent: (listener) => announcer.onEvent(listener),
    setProblem: (code, problem) => rooms.problems.set(code, problem),
    diagnostics: () => slices.diagnostics(),
  };
}
