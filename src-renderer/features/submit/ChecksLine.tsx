import { Check, X } from 'lucide-react';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';

/** The checks of an answer in order, and the resulting score. */
export function ChecksLine({ quality }: { readonly quality: QualityRecord }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-quiet">
      <span className="number">
        Quality <span className="font-medium text-ink">{quality.score}</span>
      </span>
      {quality.checks.map((check) => (
        <span key={check.name} title={check.evidence} className="flex items-center gap-1">
          <span className={check.passed ? 'text-accent-text' : 'text-caution-text'}>
            <Icon of={check.passed ? Check : X} size={12} />
          </span>
          <span className="sr-only">{check.passed ? 'Passed: ' : 'Failed: '}</span>
          {check.passed ? check.name : check.evidence.replace(/\.$/, '')}
        </span>
      ))}
    </div>
  );
}
