import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { commandKey, Kbd } from '#renderer/components/marks/Kbd.tsx';
import { pages } from '#renderer/frame/pages.ts';

interface ShortcutsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The list of keyboard shortcuts. */
export function ShortcutsDialog({ open, onClose }: ShortcutsDialogProps) {
  const mod = commandKey();
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['Open commands', [mod, 'K']],
    ['Pause or resume', ['p']],
    ['Run the task (on Submit)', [mod, '↵']],
    ['Close details, dialogs and menus', ['Esc']],
    ['Show keyboard shortcuts', ['?']],
    ...pages.map((page) => [`Go to ${page.title}`, ['g', page.key]] as const),
  ];
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2 text-sm">
        {rows.map(([action, keys]) => (
          <div key={action} className="col-span-2 grid grid-cols-subgrid items-center">
            <dt>{action}</dt>
            <dd className="flex justify-end gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
