import type { DeclineReason, OfferReply, TaskOffer } from '#shared/protocol/working.ts';
import type { LoadOutlook, ModelCapacity, ServingState } from '#engine/ports/inference/ModelCapacity.ts';
import type { Reason } from './Decision.ts';

/** The facts for the decision about an offer. */
export interface OfferFacts {
  readonly offer: TaskOffer;
  /** Why no work is taken for others; null while it is allowed. */
  readonly pause: Reason | null;
  /** The engine drains: it takes nothing new. */
  readonly draining: boolean;
  /** Context of the offered model, in tokens; null when it is not installed. */
  readonly contextSize: number | null;
  /** The model's capacity; null before it was asked for. */
  readonly capacity: ModelCapacity | null;
  /** The terms of loading the model now; null while there is no room. It matters for unloaded models only. */
  readonly load: LoadOutlook | null;
  /** Accepted offers for this model whose assignments have not arrived. */
  readonly expected: number;
  /** The same for other models, as the state of each one's model. */
  readonly othersExpected: readonly ServingState[];
}

/** Tokens per second that are assumed before the first measurement. */
const assumedSpeed = 20;

/** How much faster a prompt is read than an answer is written, at least. */
const readingFactor = 8;

/** Bytes that a token of a real prompt covers at most. */
const mostBytesPerToken = 16;

/** Accepts with an honest estimate, or declines with a reason. */
export function decideOffer(facts: OfferFacts): OfferReply {
  const { offer, capacity, contextSize } = facts;
  if (facts.draining) return decline('draining', 'The engine is stopping.');
  if (facts.pause !== null && !offer.own) return decline('paused', facts.pause.code);
  if (contextSize === null) return decline('model_not_ready', 'The model is not installed.');
  if (capacity !== null && (capacity.state === 'gave_up' || capacity.state === 'refused')) {
    return decline('model_not_ready', capacity.reason);
  }
  if (offer.promptBytes / mostBytesPerToken + offer.maxTokens > contextSize) {
    return decline('too_long', `The model reads and writes ${contextSize} tokens at most.`);
  }
  if (capacity !== null && capacity.busy + capacity.waiting + facts.expected >= capacity.slots) return decline('busy');
  const conflict = memoryConflict(facts);
  if (conflict !== null) return decline('busy', conflict);
  const estimateMs = estimate(facts);
  if (estimateMs > offer.deadlineMs)
    return decline('deadline', `It would take about ${Math.ceil(estimateMs / 1000)} s.`);
  return { answer: 'accept', estimateMs };
}

/**
 * A model that is not in memory replaces idle ones when its task arrives. Until then nothing is accepted that may need the
 * same memory, whether its model is loaded or not.
 */
function memoryConflict({ offer, capacity, load, expected, othersExpected }: OfferFacts): string | null {
  if (othersExpected.includes('unloaded')) return 'Another model is about to be loaded.';
  if (capacity?.state !== 'unloaded') return null;
  if (othersExpected.length > 0) return 'Other models are about to run.';
  if (load === null) return 'Other running models take the memory.';
  if (expected >= load.slots) return 'Every slot is taken.';
  const fits = offer.promptBytes / mostBytesPerToken + offer.maxTokens <= load.contextSize;
  return fits ? null : 'Other running models leave too little memory for a text of this length.';
}

/** Milliseconds until the last token of the longest answer, the load of the model included. */
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
