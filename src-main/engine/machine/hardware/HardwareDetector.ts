import type { HardwareProfile } from '#shared/domain/machine/hardware.ts';
import type { Clock } from '#shared/util/clock.ts';
import { detectHardware } from './detectHardware.ts';
import type { HardwareSource } from '#engine/ports/HardwareSource.ts';

interface HardwareDetectorOptions {
  readonly source: HardwareSource;
  readonly clock: Clock;
  /** The data folder. */
  readonly home: string;
}

/** Detects the hardware on first request and caches the result. */
export class HardwareDetector {
  readonly #options: HardwareDetectorOptions;
  #profile: Promise<HardwareProfile> | null = null;
  #isDetecting = false;

  constructor(options: HardwareDetectorOptions) {
    this.#options = options;
  }

  /**
   * The hardware profile; concurrent callers share one detection. `refresh` repeats it unless a detection is in
   * progress.
   */
  profile(refresh: boolean): Promise<HardwareProfile> {
    if (this.#profile === null || (refresh && !this.#isDetecting)) {
      this.#isDetecting = true;
      this.#profile = detectHardware(this.#options).finally(() => (this.#isDetecting = false));
    }
    return this.#profile;
  }
}
