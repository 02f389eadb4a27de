import type { HardwareProfile } from '#shared/domain/machine/hardware.ts';
import type { Clock } from '#shared/util/clock.ts';
import { detectHardware } from './detectHardware.ts';
import type { HardwareSource } from '#engine/ports/HardwareSource.ts';

interface HardwareDeskOptions {
  readonly source: HardwareSource;
  readonly clock: Clock;
  /** The data folder. */
  readonly home: string;
}

/** Looks the machine up when somebody asks first, and keeps what it found. */
export class HardwareDesk {
  readonly #options: HardwareDeskOptions;
  #profile: Promise<HardwareProfile> | null = null;
  #isLooking = false;

  constructor(options: HardwareDeskOptions) {
    this.#options = options;
  }

  /** Several callers share one look; `refresh` looks again unless that goes on already. */
  profile(refresh: boolean): Promise<HardwareProfile> {
    if (this.#profile === null || (refresh && !this.#isLooking)) {
      this.#isLooking = true;
      this.#profile = detectHardware(this.#options).finally(() => (this.#isLooking = false));
    }
    return this.#profile;
  }
}
