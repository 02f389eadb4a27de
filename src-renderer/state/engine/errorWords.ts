import { engineWords } from '#renderer/format/engineWords.ts';
import { errorKinds, SwarmError } from '#shared/domain/errorCodes.ts';

export interface ErrorWords {
  /** The cause. */
  readonly title: string;
  /** The consequence and the remedy. */
  readonly meaning: string;
}

/** A failure as sentences for people: the specific message is the title, the general one explains. */
export function errorWords(error: unknown): ErrorWords {
  if (!(error instanceof SwarmError)) {
    return {
      title: 'Unexpected answer from the engine.',
      meaning: 'The page and the engine may be different versions. Reload the page.',
    };
  }
  if (error.code === 'engine_not_running') {
    return { title: engineWords.sentence, meaning: 'This page reconnects automatically.' };
  }
  const general = errorKinds[error.code];
  const more = general.sentence === error.message ? '' : `${general.sentence} `;
  return { title: error.message, meaning: `${more}${general.retryable ? 'Try again in a moment.' : ''}`.trim() };
}

/** Both parts as one text, for the place under a field. */
export function oneText({ title, meaning }: ErrorWords): string {
  return `${title} ${meaning}`.trim();
}
