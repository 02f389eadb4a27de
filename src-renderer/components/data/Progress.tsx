import { clsx } from 'clsx';

interface ProgressProps {
  readonly label: string;
  /** 0 to 1. */
  readonly value: number;
  /** `line` is 3 px for running work, `bar` 6 px for scores. */
  readonly shape?: 'line' | 'bar';
  /** Grey instead of the accent, for partial scores. */
  readonly quiet?: boolean;
}

/** A progress bar or a meter. */
export function Progress({ label, value, shape = 'line', quiet = false }: ProgressProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10;
  return (
    <div
      role={shape === 'line' ? 'progressbar' : 'meter'}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={clsx('overflow-hidden rounded-full bg-track', shape === 'line' ? 'h-[3px]' : 'h-[6px]')}
    >
      <div
        className={clsx('h-full rounded-full', quiet ? 'bg-mark' : 'bg-accent')}
        style={{ width: `${String(percent)}%` }}
      />
    </div>
  );
}
