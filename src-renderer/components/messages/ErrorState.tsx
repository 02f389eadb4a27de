import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from '#renderer/components/marks/Icon.tsx';

interface ErrorStateProps {
  /** The cause. */
  readonly title: string;
  /** The consequence for the reader. */
  readonly meaning: string;
  /** The button for the remedy. */
  readonly action?: ReactNode;
}

/** A failure in three parts: cause, consequence, remedy. */
export function ErrorState({ title, meaning, action }: ErrorStateProps) {
  return (
    <div role="alert" className="flex items-start gap-3 rounded-card border border-line bg-surface px-4 py-[14px]">
      <span className="mt-[2px] text-danger-text">
        <Icon of={CircleAlert} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        <p className="text-sm text-quiet [overflow-wrap:anywhere]">{meaning}</p>
      </div>
      {action}
    </div>
  );
}
