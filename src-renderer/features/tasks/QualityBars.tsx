import { Check, X } from 'lucide-react';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Progress } from '#renderer/components/data/Progress.tsx';
import { QualityDimension, type QualityRecord } from '#shared/domain/tasks/quality.ts';

const titles: Readonly<Record<QualityDimension, string>> = {
  correctness: 'Correctness',
  efficiency: 'Efficiency',
  maintainability: 'Clarity',
  security: 'Security',
  completeness: 'Completeness',
};

/** The score, the judged dimensions, and the checks with their evidence. */
export function QualityBars({ quality }: { readonly quality: QualityRecord }) {
  return (
    <div className="flex flex-col gap-[6px]">
      <div className="flex items-center justify-between">
        <h3 className="text-sm font-semibold">Quality</h3>
        <span className="number font-medium">{quality.score}</span>
      </div>
      {QualityDimension.options.map((dimension) => {
        const judged = quality.dimensions[dimension];
        return judged === null ? null : (
          <div key={dimension} className="grid grid-cols-[92px_1fr_26px] items-center gap-2 text-xs">
            <span className="text-quiet">{titles[dimension]}</span>
            <Progress label={titles[dimension]} value={judged.score / 100} shape="bar" quiet />
            <span className="number text-right">{Math.round(judged.score)}</span>
          </div>
        );
      })}
      {quality.checks.length === 0 ? null : (
        <ul aria-label="Checks" className="mt-1 flex flex-col gap-1 text-xs">
          {quality.checks.map((check) => (
            <li key={check.name} className="flex items-start gap-2">
              <span className={check.passed ? 'mt-[2px] text-accent-text' : 'mt-[2px] text-caution-text'}>
                <Icon of={check.passed ? Check : X} size={12} />
              </span>
              <span>
                <span className="sr-only">{check.passed ? 'Passed: ' : 'Failed: '}</span>
                {check.name} <span className="text-quiet">{check.evidence}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
