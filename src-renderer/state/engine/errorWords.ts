import { errorKinds, SwarmError } from '#shared/domain/errorCodes.ts';

export interface ErrorWords {
  /** What happened. */
  readonly title: string;
  /** What it means and what helps. */
  readonly meaning: string;
}

/** A failure in words for people. The engine's own sentence is the title; the general one explains. */
export function errorWords(error: unknown): ErrorWords {
  if (!(error instanceof SwarmError)) {
    return {
      title: 'The engine’s answer could not be read.',
      meaning: 'Its version may differ from this page. Reload the page; nothing was changed.',
    };
  }
  if (error.code === 'engine_not_running') {
    return { title: 'The engine does not answer.', meaning: 'This page connects again by itself.' };
  }
  const general = errorKinds[error.code];
  const more = general.sentence === error.message ? '' : `${general.sentence} `;
  return { title: error.message, meaning: `${more}${general.retryable ? 'Trying again may help.' : ''}`.trim() };
}
