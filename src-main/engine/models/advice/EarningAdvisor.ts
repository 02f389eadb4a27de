import type { CatalogueRow } from '#shared/api/models.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { completeEntries } from '#shared/domain/models/completeEntries.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { adviseModel, type EarningAdvice } from '#shared/domain/money/earningAdvice.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { DownloadSpeed } from '#engine/models/fit/DownloadSpeed.ts';
import { earningModels } from './earningModels.ts';
import type { Outlook } from './earningOutlook.ts';

export interface EarningAdvisorOptions {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: () => Settings;
  readonly outlook: () => Outlook;
  /** Speed of one answer in tokens per second, where a run has shown it; null otherwise. */
  readonly speedOf: (digest: string) => number | null;
  readonly downloadSpeed: DownloadSpeed;
}

/** Advises which model would earn most on this machine. */
export class EarningAdvisor {
  readonly #options: EarningAdvisorOptions;

  constructor(options: EarningAdvisorOptions) {
    this.#options = options;
  }

  advise(
    installed: readonly InstalledModel[],
    families: readonly { readonly family: CatalogueFamily; readonly rows: readonly CatalogueRow[] }[],
  ): EarningAdvice {
    const { outlook, catalogue, settings, speedOf, downloadSpeed } = this.#options;
    const { market, admitted, measured, bytesPerSecond } = outlook();
    const models = earningModels({
      installed,
      families,
      complete: new Set(completeEntries(catalogue).map(({ id }) => id)),
      admitted,
      private: market.private,
      measured,
      speedOf,
    });
    const speed = downloadSpeed.bytesPerSecond ?? bytesPerSecond;
    const limit = settings()['downloads.bytesPerSecond'];
    return adviseModel(models, market, speed === null || limit === null ? speed : Math.min(speed, limit));
  }

  /** Records a download that ran at the full speed of the connection. */
  recordDownload(bytes: number, millis: number): void {
    const { downloadSpeed, clock, logger } = this.#options;
    try {
      downloadSpeed.add({ bytes, millis, at: clock.now() });
    } catch (error) {
      logger.warn('The speed of a download could not be stored.', { reason: String(error) });
    }
  }
}
