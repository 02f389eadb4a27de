import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { NodeStatus } from '#shared/domain/swarm/nodeStatus.ts';
import { type WeekSchedule, windowsOf } from '#shared/domain/machine/weekSchedule.ts';
import type { Capabilities } from '#shared/protocol/session.ts';
import type { ModelCapacity } from '#engine/ports/inference/ModelCapacity.ts';
import type { Reason } from './Decision.ts';

export interface CapabilityFacts {
  readonly name: string;
  readonly version: string;
  /** Time zone of this computer; null when unknown. */
  readonly timeZone: string | null;
  /** Hours at which this node may work for others; null: always. */
  readonly schedule: WeekSchedule | null;
  readonly computer: ComputerSummary | null;
  readonly pause: Reason | null;
  readonly draining: boolean;
  /** In a private swarm the node serves the owner's tasks even while it is paused for others. */
  readonly privateSwarm: boolean;
  readonly models: readonly InstalledModel[];
  readonly capacity: readonly ModelCapacity[];
  /** Context of the model as it is loaded, or would be, by digest. */
  readonly contextOf: (digest: string) => number | null;
}

/** The most that the wire takes. A finer schedule has more; the node declines offers outside of it. */
const mostWindows = 64;

/** Pauses that the wire has its own word for. */
const statusOfPause: Readonly<Record<string, NodeStatus>> = { maintenance: 'maintenance', processor: 'overloaded' };

/** The capabilities of this node right now, as its swarm sees them. */
export function capabilitiesOf(facts: CapabilityFacts): Capabilities {
  return {
    status: statusOf(facts),
    name: facts.name,
    models: facts.models.flatMap((model) => offered(model, facts)),
    minimumPrice: null,
    region: null,
    timeZone: facts.schedule?.timeZone ?? facts.timeZone,
    availability: facts.schedule === null ? [] : windowsOf(facts.schedule).slice(0, mostWindows),
    version: facts.version.slice(0, 32),
    computer: facts.computer,
  };
}

function statusOf({ draining, pause, privateSwarm }: CapabilityFacts): NodeStatus {
  if (draining) return 'draining';
  return pause === null || privateSwarm ? 'online' : (statusOfPause[pause.code] ?? 'paused');
}

type Offered = Capabilities['models'][number];

function offered(model: InstalledModel, facts: CapabilityFacts): Offered[] {
  const capacity = facts.capacity.find((one) => one.digest === model.digest);
  // Offered are models in memory, and those that fit and load when a task arrives.
  if (capacity === undefined || (capacity.state !== 'ready' && capacity.state !== 'unloaded')) return [];
  return [
    {
      digest: model.digest,
      name: model.name,
      types: model.types,
      languages: model.languages,
      slots: Math.max(1, capacity.slots),
      tokensPerSecond: capacity.tokensPerSecond === null ? null : roughly(capacity.tokensPerSecond),
      shape: {
        vocabSize: model.vocabSize,
        eogIds: model.eogIds,
        contextSize: facts.contextOf(model.digest) ?? model.contextSize,
        sizeClass: model.sizeClass,
      },
    },
  ];
}

/** Rounds to two digits, which do not change with every run. */
function roughly(speed: number): number {
  if (speed <= 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(speed)) - 1);
  return Number((Math.round(speed / unit) * unit).toPrecision(6));
}
