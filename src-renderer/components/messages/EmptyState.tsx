import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from '#renderer/components/marks/Icon.tsx';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}

/** An empty list: the reason, and the one step that fills it. */
export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-10 text-center">
      <span className="mb-1 text-quiet">
        <Icon of={icon} />
      </span>
      <p className="font-medium">{title}</p>
      <p className="max-w-md text-sm text-quiet">{text}</p>
      {action === undefined ? null : <div className="mt-3">{action}</div>}
    </div>
  );
}
