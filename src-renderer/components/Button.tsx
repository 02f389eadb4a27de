import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

export type ButtonLook = 'plain' | 'primary' | 'ghost' | 'danger';

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: ButtonLook;
  /** 28 px high, for tables and the strip. */
  readonly tight?: boolean;
  readonly icon?: ReactNode;
}

const looks: Readonly<Record<ButtonLook, string>> = {
  plain: 'border-line-strong bg-surface hover:bg-hover active:bg-pressed',
  primary: 'border-transparent bg-accent-strong text-on-accent hover:brightness-108 active:brightness-95',
  ghost: 'border-transparent text-quiet hover:bg-hover hover:text-ink active:bg-pressed',
  danger: 'border-transparent bg-danger-strong text-on-danger hover:brightness-108 active:brightness-95',
};

/** A push button, 32 px high; an icon alone needs an `aria-label`. */
export function Button({ look = 'plain', tight = false, icon, children, className, type, ...rest }: ButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      className={clsx(
        'inline-flex flex-none items-center justify-center gap-[7px] rounded-control border text-sm font-medium whitespace-nowrap',
        'transition-[background-color,filter,color] duration-120 disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-50',
        tight ? 'h-7' : 'h-8',
        children === undefined ? (tight ? 'w-7' : 'w-8') : tight ? 'px-[9px]' : 'px-3',
        looks[look],
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}
