import { clsx } from 'clsx';
import { CircleAlert, Info, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from '#renderer/components/marks/Icon.tsx';

interface NoticeProps {
  readonly tone?: 'quiet' | 'caution' | 'danger';
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}

const tones = { quiet: 'text-quiet', caution: 'text-caution-text', danger: 'text-danger-text' } as const;

/** A small remark with an icon. */
export function Notice({ tone = 'quiet', icon, children }: NoticeProps) {
  return (
    <p className={clsx('flex items-start gap-2 text-xs', tones[tone])}>
      <span className="mt-px">
        <Icon of={icon ?? (tone === 'quiet' ? Info : CircleAlert)} size={14} />
      </span>
      <span className="min-w-0">{children}</span>
    </p>
  );
}
