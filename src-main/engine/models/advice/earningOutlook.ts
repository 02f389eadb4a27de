import type { Snapshot } from '#shared/api/snapshot.ts';
import type { Market } from '#shared/domain/money/earningAdvice.ts';
import { consideredReports, newestSpeeds } from '#engine/machine/benchmark/measuredPlans.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { Measured } from './earningModels.ts';

/** Inputs of an earning estimate: the joined swarm, and measurements of this machine. */
export interface Outlook {
  readonly market: Market;
  /** Digests of the models that the joined swarm pays for; null while unknown. */
  readonly admitted: ReadonlySet<string> | null;
  readonly measured: Measured;
  /** Download speed to other computers in bytes per second, as benchmarked; null while unknown. */
  readonly bytesPerSecond: number | null;
}

const bytesPerMegabit = 125_000;

/** Combines the present state of the swarm with the latest benchmarks. */
export function earningOutlook(
  store: Pick<EngineStore, 'benchmarks'>,
  { swarm, reputation, admitted }: Pick<Snapshot, 'swarm' | 'reputation'> & Pick<Outlook, 'admitted'>,
): Outlook {
  const reports = store.benchmarks.list(consideredReports);
  const memory = reports.find((report) => report.memory.value !== null)?.memory;
  // The connection to an own coordinator stays within this machine and does not measure the internet connection.
  const isRemote = swarm.joined !== null && !swarm.joined.ownCoordinator;
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
      memory: memory ?? { value: null, reason: 'Not measured yet.' },
    },
    bytesPerSecond: isRemote && megabits !== undefined ? megabits * bytesPerMegabit : null,
  };
}
