import type { DeclineReason, OfferReply, TaskOffer } from '#shared/protocol/working.ts';
import type { ModelCapacity } from '#engine/inference/inferenceContract.ts';
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
  /** Offers accepted a moment ago whose texts have not come yet. */
  readonly expected: number;
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
  const estimateMs = estimate(offer, capacity);
  if (estimateMs > offer.deadlineMs)
    return decline('deadline', `It would take about ${Math.ceil(estimateMs / 1000)} s.`);
  return { answer: 'accept', estimateMs };
}

/** Milliseconds until the last token, if all of them are written. */
function estimate(offer: TaskOffer, capacity: ModelCapacity | null): number {
  const speed = Math.max(0.1, capacity?.tokensPerSecond ?? assumedSpeed);
  const tokens = offer.promptBytes / 4 / readingFactor + offer.maxTokens;
  return Math.min(86_400_000, Math.ceil((tokens / speed) * 1000));
}

function decline(reason: DeclineReason, detail?: string): OfferReply {
  return {
    answer: 'decline',
    reason,
    ...(detail === undefined || detail === '' ? {} : { detail: detail.slice(0, 200) }),
  };
}
