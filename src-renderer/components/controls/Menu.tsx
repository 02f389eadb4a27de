import { clsx } from 'clsx';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { floatClass, itemClass } from './floatStyle.ts';

export interface MenuChoice {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly onChoose: () => void;
}

interface MenuProps {
  /** The button that opens the menu. */
  readonly trigger: ReactNode;
  readonly choices: readonly MenuChoice[];
  readonly align?: 'start' | 'end';
  /** The button does something by itself just now; it is the same button, so that it keeps the focus. */
  readonly resting?: boolean;
}

/** What makes the trigger a plain button; whether it is disabled, the button says itself. */
const plainButton = { disabled: true, 'aria-haspopup': undefined, 'aria-expanded': undefined } as const;

/** A menu of actions under a button. */
export function Menu({ trigger, choices, align = 'start', resting = false }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild {...(resting ? plainButton : {})}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align={align} sideOffset={4} className={clsx(floatClass, 'p-1')}>
          {choices.map((choice) => (
            <DropdownMenu.Item
              key={choice.id}
              disabled={choice.disabled ?? false}
              onSelect={choice.onChoose}
              className={itemClass}
            >
              {choice.icon}
              <span className="min-w-0 flex-1">
                {choice.label}
                {choice.hint === undefined ? null : (
                  <span className="block max-w-72 text-xs text-quiet">{choice.hint}</span>
                )}
              </span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
