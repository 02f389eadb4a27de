import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from '#renderer/components/marks/Icon.tsx';

export type BannerTone = 'quiet' | 'caution' | 'danger';

interface BannerProps {
  readonly tone: BannerTone;
  readonly icon: LucideIcon;
  /** The cause. */
  readonly title: string;
  /** The consequence and the remedy. */
  readonly children: ReactNode;
  /** The button for the remedy. */
  readonly action?: ReactNode;
}

const grounds: Readonly<Record<BannerTone, string>> = {
  quiet: 'bg-surface',
  caution: 'bg-caution-soft',
  danger: 'bg-danger-soft',
};
const signs: Readonly<Record<BannerTone, string>> = {
  quiet: 'text-quiet',
  caution: 'text-caution-text',
  danger: 'text-danger-text',
};

/** A line across the top of a page about the whole app. Only failures and warnings interrupt screen readers. */
export function Banner({ tone, icon, title, children, action }: BannerProps) {
  return (
    <div
      role={tone === 'quiet' ? 'status' : 'alert'}
      className={clsx('flex items-center gap-3 border-b border-line px-6 py-2 text-sm max-mid:px-5', grounds[tone])}
    >
      <span className={signs[tone]}>
        <Icon of={icon} />
      </span>
      <p className="min-w-0 flex-1">
        <span className="font-medium">{title}</span> <span className="text-quiet">{children}</span>
      </p>
      {action === undefined ? null : <div className="flex flex-none items-center gap-2">{action}</div>}
    </div>
  );
}
