import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { useReturnFocus } from '#renderer/components/focus/FocusKeeper.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
  /** `wide` fits a conversation or a list, `full` two columns. */
  readonly width?: keyof typeof widths;
  /** Buttons at the bottom right, the primary one last. */
  readonly actions?: ReactNode;
}

const widths = {
  usual: 'w-[min(480px,calc(100vw-32px))]',
  wide: 'w-[min(640px,calc(100vw-32px))]',
  full: 'w-[min(1040px,calc(100vw-32px))]',
} as const;

/** A modal dialog. Escape and the close button close it; the focus returns to its previous place. */
export function Dialog({ open, onClose, title, description, width = 'usual', children, actions }: DialogProps) {
  const returnFocus = useReturnFocus();
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/45%)]" />
        <RadixDialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onCloseAutoFocus={returnFocus}
          className={clsx(
            'fixed top-1/2 left-1/2 z-50 flex max-h-[85vh] -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-auto',
            'rounded-card border border-line-strong bg-surface p-5 shadow-float',
            widths[width],
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <div className="min-w-0 [overflow-wrap:anywhere]">
              <RadixDialog.Title className="text-lg font-semibold">{title}</RadixDialog.Title>
              {description === undefined ? null : (
                <RadixDialog.Description className="mt-1 text-sm text-quiet">{description}</RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <Button look="ghost" tight aria-label="Close" icon={<Icon of={X} />} />
            </RadixDialog.Close>
          </div>
          {children}
          {actions === undefined ? null : <div className="flex justify-end gap-2">{actions}</div>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
