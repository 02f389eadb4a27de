import { sizeClassOf } from '#shared/domain/money/prices.ts';
import type { GgufHeader } from './ggufHeader.ts';

/** The facts of a header that both an installed model's record and a coordinator's catalogue entry contain. */
export function headerFacts(header: GgufHeader) {
  const { parameters, sizeBytes, vocabSize, eogIds, contextSize, chatTemplate } = header;
  return {
    parameters,
    quantisation: header.quantisation.slice(0, 16),
    sizeBytes,
    sizeClass: sizeClassOf(parameters),
    vocabSize,
    eogIds,
    contextSize,
    chatTemplate,
  };
}
