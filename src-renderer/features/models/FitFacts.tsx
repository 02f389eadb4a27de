import { Facts, type Fact } from '#renderer/components/Facts.tsx';
import { bytesText, count, oneDecimal, rateText } from '#renderer/format/numbers.ts';
import type { FitVerdict } from '#shared/domain/fitVerdict.ts';

/** What a verdict rests on, line by line. */
export function FitFacts({ verdict }: { readonly verdict: FitVerdict }) {
  const unknown = 'not known yet';
  const { needBytes, availableBytes, contextSize, slots, tokensPerSecond, estimateErrorPercent, graphics } = verdict;
  const facts: readonly Fact[] = [
    ['Memory it needs', needBytes === null ? unknown : bytesText(needBytes)],
    ['Memory that models may use now', availableBytes === null ? unknown : bytesText(availableBytes)],
    ...(graphics === undefined ? [] : [graphicsFact(graphics)]),
    ['For', `${count(contextSize)} tokens of context, ${slots === 1 ? 'one task' : `${count(slots)} tasks`} at a time`],
    ['Speed here', tokensPerSecond === null ? 'not measured yet' : `about ${rateText(tokensPerSecond)}`],
    [
      'How far such estimates were off',
      estimateErrorPercent === null
        ? 'no such model was loaded here yet'
        : `${oneDecimal(Math.abs(estimateErrorPercent))} % ${estimateErrorPercent > 0 ? 'too high' : 'too low'}`,
    ],
  ];
  return <Facts facts={facts} />;
}

function graphicsFact({ layers, ofLayers, needBytes }: NonNullable<FitVerdict['graphics']>): Fact {
  const part = layers === ofLayers ? 'all layers' : `${count(layers)} of ${count(ofLayers)} layers`;
  return ['On the graphics card', `${part}, ${bytesText(needBytes)}`];
}
