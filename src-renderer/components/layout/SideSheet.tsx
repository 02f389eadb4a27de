import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import { useEffect, type ReactNode } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { useReturnFocus } from '#renderer/components/focus/FocusKeeper.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { useMediaQuery } from '#renderer/components/hooks/useMediaQuery.ts';

interface SideSheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons left of the close button. */
  readonly actions?: ReactNode;
}

/** Details beside a list: inline on wide windows, a modal sheet from the right on narrow ones. */
export function SideSheet({ title, onClose, children, actions }: SideSheetProps) {
  const returnFocus = useReturnFocus();
  const besideList = useMediaQuery('(min-width: 1100px)');
  return besideList ? (
    <InlineSheet title={title} onClose={onClose} actions={actions}>
      {children}
    </InlineSheet>
  ) : (
    <RadixDialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/35%)]" />
        <RadixDialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed inset-y-0 right-0 z-50 w-[min(360px,92vw)] overflow-auto border-l border-line-strong bg-surface px-4 py-3 [overflow-wrap:anywhere]"
        >
          <SheetHead actions={actions} onClose={onClose}>
            <RadixDialog.Title className="text-sm font-semibold">{title}</RadixDialog.Title>
          </SheetHead>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function InlineSheet({ title, onClose, actions, children }: SideSheetProps) {
  useEffect(() => {
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) onClose();
    };
    document.addEventListener('keydown', closeOnEscape);
    return () => document.removeEventListener('keydown', closeOnEscape);
  }, [onClose]);
  return (
    <aside
      aria-label={title}
      tabIndex={-1}
      className="min-w-0 rounded-card border border-line bg-surface px-4 py-3 shadow-card [overflow-wrap:anywhere]"
    >
      <SheetHead actions={actions} onClose={onClose}>
        <h2 className="text-sm font-semibold">{title}</h2>
      </SheetHead>
      {children}
    </aside>
  );
}

interface SheetHeadProps {
  readonly children: ReactNode;
  readonly actions: ReactNode;
  readonly onClose: () => void;
}

function SheetHead({ children, actions, onClose }: SheetHeadProps) {
  return (
    <div className="mb-2 flex items-center justify-between gap-2">
      {children}
      <span className="flex flex-none items-center">
        {actions}
        <Button look="ghost" tight aria-label="Close details" onClick={onClose} icon={<Icon of={X} />} />
      </span>
    </div>
  );
}
