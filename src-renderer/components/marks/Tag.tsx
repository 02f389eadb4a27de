import { clsx } from 'clsx';
import type { ReactNode } from 'react';

export type TagTone = 'plain' | 'good' | 'caution' | 'danger' | 'info';

const tones: Readonly<Record<TagTone, string>> = {
  plain: 'bg-hover text-quiet',
  good: 'bg-accent-soft text-accent-on-soft',
  caution: 'bg-caution-soft text-caution-text',
  danger: 'bg-danger-soft text-danger-text',
  info: 'bg-info-soft text-info-text',
};

interface TagProps {
  readonly tone?: TagTone;
  readonly children: ReactNode;
}

/** A small label. Its colour only repeats the word's meaning. */
export function Tag({ tone = 'plain', children }: TagProps) {
  return (
    <span
      className={clsx(
        'inline-flex h-5 max-w-full min-w-0 items-center rounded-tag px-[7px] text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      <span className="truncate">{children}</span>
    </span>
  );
}
