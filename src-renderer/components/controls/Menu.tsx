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
  /** The trigger currently acts as a plain button. The element stays the same, so it keeps the focus. */
  readonly plainTrigger?: boolean;
}

/** Turns the trigger into a plain button; the button itself states whether it is disabled. */
const plainButton = { disabled: true, 'aria-haspopup': undefined, 'aria-expanded': undefined } as const;

/** A menu of actions under a button. */
export function Menu({ trigger, choices, align = 'start', plainTrigger = false }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild {...(plainTrigger ? plainButton : {})}>
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
