import type { CommandHandlers } from '#shared/api/commands.ts';
import type { HardwareCommandName } from '#shared/api/hardware.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { earningsPerBusyHour, earningsPerDay, offeredSpeed } from '#shared/domain/money/expectedEarnings.ts';
import { newestSpeeds, consideredReports } from '#engine/machine/benchmark/measuredPlans.ts';
import type { EngineRooms } from '#engine/api/snapshot/EngineRooms.ts';

/** Commands about the machine and its benchmark. */
export type BenchHandlers = Pick<CommandHandlers, HardwareCommandName>;

const weekMs = 7 * 86_400_000;

export function benchHandlers(rooms: EngineRooms): BenchHandlers {
  const { bench, hardware } = rooms;
  return {
    'hardware.profile': ({ refresh }) => hardware.profile(refresh),
    'benchmark.start': async (request) => {
      bench.start(request);
      return {};
    },
    'benchmark.cancel': async () => {
      await bench.cancel();
      return {};
    },
    'benchmark.wait': () => bench.wait(),
    'benchmark.history': async ({ limit }) => ({ reports: [...bench.history(limit)] }),
    'benchmark.earnings': async () => ({ rows: earningsRows(rooms) }),
  };
}

/** The earnings of each installed model that was measured, for a day with as much work as in the last week. */
function earningsRows({ bench, membership, models, store, clock }: EngineRooms) {
  const swarmId = membership.shown();
  const level = (swarmId === null ? undefined : store.swarms.get(swarmId))?.reputation?.level ?? 'novice';
  const worked = swarmId === null ? 0 : store.earnings.report(swarmId, 'week', clock.now()).workedMs;
  return [...newestSpeeds(bench.history(consideredReports)).values()]
    .filter(({ digest }) => models.find(digest) !== null)
    .map((model) => {
      const perHour = earningsPerBusyHour(model, level);
      return {
        digest: model.digest,
        name: model.name,
        slots: model.slots,
        tokensPerSecond: offeredSpeed(model),
        perBusyHour: formatCredits(perHour),
        perDayAsNow: worked > 0 ? formatCredits(earningsPerDay(perHour, worked / weekMs)) : null,
      };
    });
}
