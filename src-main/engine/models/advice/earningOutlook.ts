import type { Snapshot } from '#shared/api/snapshot.ts';
import { newestSpeeds, reportsThatCount } from '#engine/machine/benchmark/measuredPlans.ts';
import type { Outlook } from '#engine/models/ModelDesk.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';

const bytesPerMegabit = 125_000;

/** What models would be paid for: by the swarm as it is now, and what the benchmark found. */
export function earningOutlook(
  store: Pick<EngineStore, 'benchmarks'>,
  { swarm, reputation, admitted }: Pick<Snapshot, 'swarm' | 'reputation'> & Pick<Outlook, 'admitted'>,
): Outlook {
  const reports = store.benchmarks.list(reportsThatCount);
  const memory = reports.find((report) => report.memory.value !== null)?.memory;
  // The way to an own coordinator does not leave this machine and says nothing about the world outside.
  const leaves = swarm.joined !== null && !swarm.joined.ownCoordinator;
  const megabits = reports.flatMap(({ link }) => link.value?.downMbits ?? [])[0];
  return {
    market: {
      health: swarm.health,
      private: swarm.joined?.private ?? false,
      level: reputation.now?.level ?? 'novice',
    },
    admitted,
    measured: {
      models: [...newestSpeeds(reports).values()],
      memory: memory ?? { value: null, reason: 'It was not measured yet.' },
    },
    bytesPerSecond: leaves && megabits !== undefined ? megabits * bytesPerMegabit : null,
  };
}
