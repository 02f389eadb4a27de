import { sizeClassOf } from '#shared/domain/money/prices.ts';
import type { GgufHeader } from './ggufHeader.ts';

/** What the header alone says of a model, whoever records it: an installed file's record, or a coordinator's entry. */
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
