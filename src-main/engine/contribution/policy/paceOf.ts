import type { ContributionSettings } from '#shared/api/contributionSettings.ts';
import type { Pace } from '#engine/ports/inference/Pace.ts';
import type { Decision } from './Decision.ts';

/** The pace of models: the owner's shares, and less while other programs need the processor. */
export function paceOf(settings: ContributionSettings, decision: Decision): Pace {
  const share = settings['contribution.cpuShare'] / 100;
  return {
    processorShare: decision.do === 'slow' ? Math.min(share, decision.share) : share,
    gpuShare: settings['contribution.gpuShare'] / 100,
    threads: settings['contribution.threads'],
  };
}
