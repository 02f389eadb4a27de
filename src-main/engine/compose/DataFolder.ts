import type { Installation } from '#node/Installation.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { HomePaths } from '#engine/machine/platform/homePaths.ts';

/** A data folder and the program that opens it. */
export interface DataFolder {
  readonly paths: HomePaths;
  readonly installation: Installation;
  readonly logger: Logger;
}
