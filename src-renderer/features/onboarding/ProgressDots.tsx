import { clsx } from 'clsx';

interface ProgressDotsProps {
  readonly total: number;
  readonly index: number;
}

/** Which of the questions this is. */
export function ProgressDots({ total, index }: ProgressDotsProps) {
  return (
    <p className="flex items-center justify-center gap-[6px]">
      <span className="sr-only">
        Step {index + 1} of {total}
      </span>
      {Array.from({ length: total }, (_, dot) => (
        <span
          key={dot}
          aria-hidden
          className={clsx('h-[6px] rounded-full', dot === index ? 'w-[18px] bg-accent' : 'w-[6px] bg-[var(--slate-6)]')}
        />
      ))}
    </p>
  );
}
