import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import type { LinkDialer } from '#shared/protocol/link.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { Http } from '#engine/ports/Http.ts';
import type { IdentityVault } from '#engine/ports/IdentityVault.ts';
import type { Inference } from '#engine/ports/inference/Inference.ts';
import type { KeepAwake } from '#engine/ports/KeepAwake.ts';
import type { Machine } from '#engine/ports/Machine.ts';
import type { ModelShelf } from '#engine/ports/ModelShelf.ts';
import type { Secrets } from '#engine/ports/Secrets.ts';
import type { Senses } from '#engine/ports/Senses.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';

/** Everything that an engine takes from outside, so that one test holds two of them and a simulation thousands. */
export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The data folder, for people and for the benchmark of its disk. */
  readonly home: string;
  /** Opened by the caller, who closes it after `stop`. */
  readonly store: EngineStore;
  readonly version: string;
  /** Name of a node whose owner chose none. */
  readonly defaultName: string;
  readonly dialer: LinkDialer;
  readonly http: Http;
  readonly inference: Inference;
  readonly models: ModelShelf;
  readonly secrets: Secrets;
  readonly identityVault: IdentityVault;
  readonly senses: Senses;
  readonly keepAwake: KeepAwake;
  readonly machine: Machine;
  /** Describes the computer to the swarm; null describes nothing. */
  readonly computer: () => ComputerSummary | null;
  /** The processor, as results name it: `AMD Ryzen …`; null when unknown. */
  readonly processor: string | null;
}
