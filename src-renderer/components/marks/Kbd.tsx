import { clsx } from 'clsx';

interface KbdProps {
  readonly children: string;
  /** On a primary button the key cap uses the button's colour. */
  readonly onAccent?: boolean;
}

/** A key cap. */
export function Kbd({ children, onAccent = false }: KbdProps) {
  return (
    <kbd
      className={clsx(
        'rounded-sm border px-[5px] font-sans text-[11px] leading-4 font-medium',
        onAccent ? 'border-current/35' : 'border-line-strong text-quiet',
      )}
    >
      {children}
    </kbd>
  );
}

/** The key that starts a command on this system. */
export function commandKey(): 'Ctrl' | '⌘' {
  return /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
}
