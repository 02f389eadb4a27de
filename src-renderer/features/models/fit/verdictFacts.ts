import type { Fact } from '#renderer/components/layout/Facts.tsx';
import { bytesText, count, oneDecimal, rateText } from '#renderer/format/numbers.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';

/** What a verdict rests on, line by line; what is not known is said once, and what follows from it left out. */
export function verdictFacts(verdict: FitVerdict): readonly Fact[] {
  const unknown = 'not known yet';
  const { needBytes, availableBytes, contextSize, slots, tokensPerSecond, estimateErrorPercent, graphics } = verdict;
  const tasks = slots === 1 ? 'one task' : `${count(slots)} tasks`;
  return [
    ['Memory it needs', needBytes === null ? unknown : bytesText(needBytes)],
    ['Memory that models may use now', availableBytes === null ? unknown : bytesText(availableBytes)],
    ...(graphics === undefined ? [] : [graphicsFact(graphics)]),
    ...(needBytes === null ? [] : [['For', `${count(contextSize)} tokens of context, ${tasks} at a time`] as const]),
    ['Speed here', tokensPerSecond === null ? 'not measured yet' : `about ${rateText(tokensPerSecond)}`],
    ['How far such estimates were off', errorText(estimateErrorPercent)],
  ];
}

function errorText(percent: number | null): string {
  if (percent === null) return 'no such model was loaded here yet';
  if (percent === 0) return 'not at all';
  return `${oneDecimal(Math.abs(percent))} % ${percent > 0 ? 'too high' : 'too low'}`;
}

function graphicsFact({ layers, ofLayers, needBytes }: NonNullable<FitVerdict['graphics']>): Fact {
  const part = layers === ofLayers ? 'all layers' : `${count(layers)} of ${count(ofLayers)} layers`;
  return ['On the graphics card', `${part}, ${bytesText(needBytes)}`];
}
