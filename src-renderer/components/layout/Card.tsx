import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

interface CardProps extends Omit<ComponentProps<'section'>, 'title'> {
  readonly title?: string;
  /** Right of the title. */
  readonly aside?: ReactNode;
  /** Without padding, for tables and rows that reach the edge. */
  readonly flush?: boolean;
}

/** A bordered surface; with a soft shadow in the light theme. */
export function Card({ title, aside, flush = false, className, children, ...rest }: CardProps) {
  return (
    <section
      className={clsx(
        'min-w-0 rounded-card border border-line bg-surface shadow-card',
        flush ? 'overflow-hidden' : 'px-4 py-[14px]',
        className,
      )}
      {...rest}
    >
      {title === undefined ? null : (
        <div className={clsx('mb-[10px] flex items-center justify-between gap-2', flush && 'px-4 pt-[14px]')}>
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
