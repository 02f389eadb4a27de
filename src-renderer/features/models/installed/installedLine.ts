import { readableCredits } from '#renderer/format/credits.ts';
import { rateText } from '#renderer/format/numbers.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { Fit } from '#shared/domain/models/fitVerdict.ts';

interface InstalledLine {
  readonly fit: Fit;
  readonly text: string;
}

/** Shown for a model that the joined swarm does not pay for. */
const onlyYou = 'Not in this swarm’s catalogue, so it only runs your own tasks';

/** Speed and earnings of an installed model: "27 tokens/s here, up to 2 at a time · 46.2 credits". */
export function installedLine(model: ModelSlice, earned: MicroCredits): InstalledLine {
  if (model.state === 'damaged') return { fit: 'slow', text: model.problem ?? 'The file is damaged and not in use.' };
  if (model.state === 'gave_up') return { fit: 'slow', text: model.problem ?? 'The model could not be started.' };
  if (model.state === 'repairing') return { fit: 'unknown', text: 'Repairing the damaged file…' };
  if (model.state === 'loading') return { fit: 'unknown', text: 'Loading into memory…' };
  const credits = earned === 0n ? '' : ` · ${readableCredits(earned)}\u00a0credits`;
  if (model.admitted === false) {
    const speed = model.tokensPerSecond === null ? '' : `${rateText(model.tokensPerSecond)} here${credits}. `;
    return { fit: 'slow', text: `${speed}${onlyYou}` };
  }
  const where = model.state === 'idle' ? ' · loads on demand' : '';
  if (model.tokensPerSecond === null)
    return { fit: 'well', text: `Verified. Speed is measured on the first run${credits}${where}` };
  const many = model.slots > 1 ? `, up to ${String(model.slots)} at a time` : '';
  return { fit: 'well', text: `${rateText(model.tokensPerSecond)} here${many}${credits}${where}` };
}
