import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { ContributionController } from '#engine/contribution/ContributionController.ts';
import type { OwnerSettings } from '#engine/contribution/OwnerSettings.ts';
import type { BenchmarkRunner } from '#engine/machine/benchmark/BenchmarkRunner.ts';
import type { HardwareDetector } from '#engine/machine/hardware/HardwareDetector.ts';
import type { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import type { Inference } from '#engine/ports/inference/Inference.ts';
import type { ModelShelf } from '#engine/ports/ModelShelf.ts';
import type { Submissions } from '#engine/requests/Submissions.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { Reconciler } from '#engine/swarmLink/accounting/Reconciler.ts';
import type { CoordinatorClient } from '#engine/swarmLink/client/CoordinatorClient.ts';
import type { Keyring } from '#engine/swarmLink/identity/Keyring.ts';
import type { Membership } from '#engine/swarmLink/membership/Membership.ts';
import type { Executor } from '#engine/work/executor/Executor.ts';
import type { Outbox } from '#engine/work/outbox/Outbox.ts';
import type { Announcer } from './Announcer.ts';
import type { Problems } from './Problems.ts';

/** How far the engine is between `start` and `stop`. */
export interface EnginePhase {
  started: boolean;
  draining: boolean;
}

/** The parts of an engine that its commands and its snapshot work with. */
export interface EngineRooms {
  readonly clock: Clock;
  readonly random: Random;
  readonly version: string;
  readonly home: string;
  readonly store: EngineStore;
  readonly inference: Inference;
  readonly shelf: ModelShelf;
  readonly phase: EnginePhase;
  readonly announcer: Announcer;
  readonly problems: Problems;
  readonly identity: Keyring;
  readonly settings: OwnerSettings;
  readonly controller: ContributionController;
  readonly models: ModelShelfLoader;
  readonly executor: Executor;
  readonly outbox: Outbox;
  readonly submissions: Submissions;
  readonly reconciler: Reconciler;
  readonly client: CoordinatorClient;
  readonly membership: Membership;
  readonly bench: BenchmarkRunner;
  readonly hardware: HardwareDetector;
}
