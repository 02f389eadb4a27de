import { clsx } from 'clsx';
import type { ComponentProps, FocusEvent, MouseEvent, ReactNode } from 'react';
import { useSoftDisabled } from './useSoftDisabled.ts';

export type ButtonLook = 'plain' | 'primary' | 'ghost' | 'danger';

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: ButtonLook;
  /** 28 px high, for tables and the status strip. */
  readonly tight?: boolean;
  readonly icon?: ReactNode;
  /** Ignores the second click of a double click: for actions that cost credits, or that put another button in the same place. */
  readonly single?: boolean;
}

const looks: Readonly<Record<ButtonLook, string>> = {
  plain: 'border-line-strong bg-surface hover:bg-hover active:bg-pressed',
  primary: 'border-transparent bg-accent-strong text-on-accent hover:brightness-108 active:brightness-95',
  ghost: 'border-transparent text-quiet hover:bg-hover hover:text-ink active:bg-pressed',
  danger: 'border-transparent bg-danger-strong text-on-danger hover:brightness-108 active:brightness-95',
};

/** A push button, 32 px high; an icon alone needs an `aria-label`. Keeps the focus when it is disabled while focused. */
export function Button({ look = 'plain', tight = false, icon, children, className, type, ...rest }: ButtonProps) {
  const { disabled = false, single = false, onClick, onFocus, onBlur, ...others } = rest;
  const softly = useSoftDisabled(disabled);
  return (
    <button
      type={type ?? 'button'}
      className={clsx(
        'inline-flex flex-none items-center justify-center gap-[7px] rounded-control border text-sm font-medium whitespace-nowrap',
        'transition-[background-color,filter,color] duration-120 disabled:opacity-50 aria-disabled:opacity-50',
        'disabled:pointer-events-none aria-disabled:pointer-events-none',
        tight ? 'h-7' : 'h-8',
        children === undefined ? (tight ? 'w-7' : 'w-8') : tight ? 'px-[9px]' : 'px-3',
        looks[look],
        className,
      )}
      {...others}
      disabled={softly.disabled}
      onClick={(event) => {
        if (single && event.detail > 1) event.preventDefault();
        else onClick?.(event);
      }}
      {...(softly.ignoresInput ? inertHandlers : {})}
      onFocus={(event: FocusEvent<HTMLButtonElement>) => {
        softly.onFocus();
        onFocus?.(event);
      }}
      onBlur={(event: FocusEvent<HTMLButtonElement>) => {
        softly.onBlur();
        onBlur?.(event);
      }}
    >
      {icon}
      {children}
    </button>
  );
}

/** Suppresses its own action, the menu that it opens, and form submission. */
const inertHandlers = {
  'aria-disabled': true,
  onClick: (event: MouseEvent) => event.preventDefault(),
  onPointerDown: undefined,
  onKeyDown: undefined,
} as const;
