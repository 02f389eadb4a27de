import type { DeclineReason, OfferReply, TaskOffer } from '#shared/protocol/working.ts';
import type { LoadOutlook, ModelCapacity, ServingState } from '#engine/ports/ModelCapacity.ts';
import type { Reason } from './Decision.ts';

/** What the decision depends on. */
export interface OfferFacts {
  readonly offer: TaskOffer;
  /** Why no work is taken for others; null when it is. */
  readonly pause: Reason | null;
  /** The engine ends what runs and takes nothing new. */
  readonly draining: boolean;
  /** Context of the offered model in tokens; null when the model is not here. */
  readonly contextSize: number | null;
  /** What the pool says of the model; null before it was asked for. */
  readonly capacity: ModelCapacity | null;
  /** What the model would give if it were loaded now; null while there is no room for it. Counts for unloaded models only. */
  readonly load: LoadOutlook | null;
  /** Offers accepted a moment ago whose texts have not come yet. */
  readonly expected: number;
  /** The same for other models: the state of the model of each. */
  readonly othersExpected: readonly ServingState[];
}

/** Assumed before the first run was measured, in tokens per second. */
const assumedSpeed = 20;

/** Reading a prompt is many times faster than writing; this much is certain. */
const readingFactor = 8;

/** A token that covers more bytes than this does not occur in real prompts. */
const mostBytesPerToken = 16;

/** Accepts with an honest estimate, or declines with a reason. */
export function decideOffer(facts: OfferFacts): OfferReply {
  const { offer, capacity, contextSize } = facts;
  if (facts.draining) return decline('draining', 'The engine is stopping.');
  if (facts.pause !== null && !offer.own) return decline('paused', facts.pause.code);
  if (contextSize === null) return decline('model_not_ready', 'The model is not here.');
  if (capacity !== null && (capacity.state === 'gave_up' || capacity.state === 'refused')) {
    return decline('model_not_ready', capacity.reason);
  }
  if (offer.promptBytes / mostBytesPerToken + offer.maxTokens > contextSize) {
    return decline('too_long', `The model reads and writes ${contextSize} tokens at most.`);
  }
  if (capacity !== null && capacity.busy + capacity.waiting + facts.expected >= capacity.slots) return decline('busy');
  const inTheWay = whatStandsAgainstMemory(facts);
  if (inTheWay !== null) return decline('busy', inTheWay);
  const estimateMs = estimate(facts);
  if (estimateMs > offer.deadlineMs)
    return decline('deadline', `It would take about ${Math.ceil(estimateMs / 1000)} s.`);
  return { answer: 'accept', estimateMs };
}

/**
 * A model that is not in memory takes the place of idle ones when its task comes. Until then nothing else is accepted
 * that may need the same place, in memory or out of it.
 */
function whatStandsAgainstMemory({ offer, capacity, load, expected, othersExpected }: OfferFacts): string | null {
  if (othersExpected.includes('unloaded')) return 'Another model is about to be loaded.';
  if (capacity?.state !== 'unloaded') return null;
  if (othersExpected.length > 0) return 'Other models are about to work.';
  if (load === null) return 'Other models at work take the memory.';
  if (expected >= load.slots) return 'Every slot is taken.';
  const fits = offer.promptBytes / mostBytesPerToken + offer.maxTokens <= load.contextSize;
  return fits ? null : 'Other models at work leave it too little memory for a text of this length.';
}

/** Milliseconds until the last token, if all of them are written; an unloaded model is loaded first. */
function estimate({ offer, capacity, load }: OfferFacts): number {
  const speed = Math.max(0.1, capacity?.tokensPerSecond ?? assumedSpeed);
  const tokens = offer.promptBytes / 4 / readingFactor + offer.maxTokens;
  const loadMs = capacity?.state === 'unloaded' ? (load?.loadMs ?? 0) : 0;
  return Math.min(86_400_000, Math.ceil(loadMs + (tokens / speed) * 1000));
}

function decline(reason: DeclineReason, detail?: string): OfferReply {
  return {
    answer: 'decline',
    reason,
    ...(detail === undefined || detail === '' ? {} : { detail: detail.slice(0, 200) }),
  };
}
