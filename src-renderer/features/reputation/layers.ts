import { reputationFormula, type Reputation, type ReputationState } from '#shared/domain/swarm/reputation.ts';
import { count, counted } from '#renderer/format/numbers.ts';

export interface Layer {
  readonly title: string;
  /** Percent of the score. */
  readonly weight: number;
  /** 0 to 100. */
  readonly score: number;
  /** The samples behind it, as a sentence. */
  readonly samples: string;
}

/** Below this many samples the score is still close to the starting value. */
const fewSamples = 20;

/** The three layers by weight, each with its samples. */
export function layersOf(now: Reputation, state: ReputationState | null): readonly Layer[] {
  const { weights } = reputationFormula;
  const samples = state?.samples ?? { automated: 0, success: 0, peer: 0 };
  return [
    { title: 'Task success', weight: weights.success * 100, score: now.layers.success, samples: finished(state) },
    {
      title: 'Automated quality',
      weight: weights.automated * 100,
      score: now.layers.automated,
      samples: `${counted(samples.automated, 'checked result')}${fewNote(samples.automated)}`,
    },
    {
      title: 'Peer review',
      weight: weights.peer * 100,
      score: now.layers.peer,
      samples: samples.peer === 0 ? 'No reviews yet; this is the starting value' : counted(samples.peer, 'review'),
    },
  ];
}

function finished(state: ReputationState | null): string {
  if (state === null || state.samples.success === 0) return 'Few results yet; still near the starting value';
  const failed = state.failed === 0 ? '' : `; ${count(state.failed)} failed`;
  const late = state.late === 0 ? '' : `; ${count(state.late)} late`;
  return `${count(state.onTime)} of ${count(state.samples.success)} on time${late}${failed}${fewNote(state.samples.success)}`;
}

function fewNote(samples: number): string {
  return samples < fewSamples ? '; still near the starting value' : '';
}
