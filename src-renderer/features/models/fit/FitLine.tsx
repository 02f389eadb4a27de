import { clsx } from 'clsx';
import { CircleAlert, CircleCheck, CircleQuestionMark, CircleX, type LucideIcon } from 'lucide-react';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import type { Fit } from '#shared/domain/models/fitVerdict.ts';

interface FitLineProps {
  readonly fit: Fit;
  readonly sentence: string;
}

const looks: Readonly<Record<Fit, { readonly icon: LucideIcon; readonly tone: string }>> = {
  well: { icon: CircleCheck, tone: 'text-accent-text' },
  slow: { icon: CircleAlert, tone: 'text-caution-text' },
  no: { icon: CircleX, tone: 'text-quiet' },
  unknown: { icon: CircleQuestionMark, tone: 'text-quiet' },
};

/** The fit of a model as a sentence; colour and icon only repeat it. */
export function FitLine({ fit, sentence }: FitLineProps) {
  const { icon, tone } = looks[fit];
  return (
    <span className={clsx('number flex min-w-0 items-start gap-[6px] text-xs', tone)}>
      <span className="mt-px">
        <Icon of={icon} size={14} />
      </span>
      <span className="min-w-0">{sentence}</span>
    </span>
  );
}
