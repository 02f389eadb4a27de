import type { FaultPlan } from './FaultyNetwork.ts';
import type { SeededRandom } from './SeededRandom.ts';
import type { Lie, WorkerHabits } from './WorkerHabits.ts';

/** What one seed's world is like. */
export interface Scenario {
  readonly private: boolean;
  readonly nodes: readonly {
    readonly habits: WorkerHabits;
    readonly slots: number;
    readonly sharesAccountOf: number | null;
    /** The real engine instead of a simulated node. */
    readonly engine: boolean;
  }[];
  readonly tasks: number;
  /** Milliseconds with faults. */
  readonly storm: number;
  readonly faults: FaultPlan;
  readonly coordinatorCrashes: number;
  readonly nodeCrashes: number;
  readonly silentCuts: number;
  readonly hangUps: number;
  readonly clockJumps: number;
  readonly cancels: number;
  readonly grant: bigint;
}

const lies: readonly Lie[] = [
  'bad_chain',
  'bad_signature',
  'foreign_id',
  'wrong_finish',
  'wrong_seed',
  'more_tokens',
  'wrong_prompt',
  'silence',
  'empty',
  'theft',
];

/** Draws a world: some calm, most bad, a few terrible. */
export function drawScenario(random: SeededRandom): Scenario {
  const badness = random.pick([0, 0.3, 1, 1, 2]);
  const rate = (most: number): number => most * badness * random.fraction();
  const count = random.between(2, 8);
  // The real engine takes part in a third of the worlds.
  const engines = random.chance(0.35) ? 0.6 : 0;
  const storm = random.between(20, 60) * 1000;
  return {
    private: random.chance(0.7),
    nodes: Array.from({ length: count }, (_, index) => ({
      engine: random.chance(engines),
      habits: drawHabits(random, index === 0 ? 0 : 0.12),
      // The last one only asks.
      slots: index === count - 1 ? 0 : random.between(1, 4),
      sharesAccountOf: index > 0 && random.chance(0.15) ? random.between(0, index - 1) : null,
    })),
    tasks: random.between(4, 16),
    storm,
    faults: {
      drop: rate(0.06),
      duplicate: rate(0.06),
      reorder: rate(0.1),
      slow: rate(0.1),
      slowMs: random.between(100, 3000),
      refuse: rate(0.3),
    },
    coordinatorCrashes: random.pick([0, 1, 1, 2, 3]),
    nodeCrashes: random.between(0, 3),
    silentCuts: random.between(0, 3),
    hangUps: random.between(0, 3),
    clockJumps: random.pick([0, 0, 0, 1]),
    cancels: random.between(0, 4),
    grant: random.pick([100_000_000n, 100_000_000n, 100_000_000n, 60_000n]),
  };
}

function drawHabits(random: SeededRandom, lying: number): WorkerHabits {
  return {
    msPerToken: random.pick([5, 20, 60, 200]),
    answerMs: random.pick([5, 40, 300, 1500]),
    decline: random.pick([0, 0, 0.2]),
    yields: random.pick([0, 0.1, 0.3]),
    givesUp: random.pick([0, 0, 0.1]),
    lie: random.chance(lying) ? random.pick(lies) : null,
    ends: random.pick([0.2, 0.5]),
  };
}
