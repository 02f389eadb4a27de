import { Facts, type Fact } from '#renderer/components/layout/Facts.tsx';
import { bytesText, count, oneDecimal, rateText } from '#renderer/format/numbers.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';

/** The facts behind a verdict, line by line. */
export function FitFacts({ verdict }: { readonly verdict: FitVerdict }) {
  return <Facts facts={verdictFacts(verdict)} />;
}

/** The same as names and values; what depends on an unknown value is left out. */
export function verdictFacts(verdict: FitVerdict): readonly Fact[] {
  const unknown = 'unknown';
  const { needBytes, availableBytes, contextSize, slots, tokensPerSecond, estimateErrorPercent, graphics } = verdict;
  const tasks = slots === 1 ? 'one task' : `${count(slots)} tasks`;
  return [
    ['Memory needed', needBytes === null ? unknown : bytesText(needBytes)],
    ['Memory available to models', availableBytes === null ? unknown : bytesText(availableBytes)],
    ...(graphics === undefined ? [] : [graphicsFact(graphics)]),
    ...(needBytes === null
      ? []
      : [['Sized for', `${count(contextSize)} tokens of context, ${tasks} at a time`] as const]),
    ['Speed', tokensPerSecond === null ? 'not measured yet' : `about ${rateText(tokensPerSecond)}`],
    ['Error of past estimates', errorText(estimateErrorPercent)],
  ];
}

function errorText(percent: number | null): string {
  if (percent === null) return 'no data yet';
  if (percent === 0) return 'none';
  return `${oneDecimal(Math.abs(percent))} % ${percent > 0 ? 'too high' : 'too low'}`;
}

function graphicsFact({ layers, ofLayers, needBytes }: NonNullable<FitVerdict['graphics']>): Fact {
  const part = layers === ofLayers ? 'all layers' : `${count(layers)} of ${count(ofLayers)} layers`;
  return ['On the graphics card', `${part}, ${bytesText(needBytes)}`];
}
