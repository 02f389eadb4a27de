import { Command } from 'cmdk';
import { Dialog as RadixDialog } from 'radix-ui';
import { useReturnFocus } from '#renderer/components/focus/FocusKeeper.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Kbd } from '#renderer/components/marks/Kbd.tsx';
import { usePaletteCommands } from './usePaletteCommands.ts';

interface CommandPaletteProps {
  readonly onClose: () => void;
  readonly onShortcuts: () => void;
}

/** The command palette: every action by name. */
export function CommandPalette({ onClose, onShortcuts }: CommandPaletteProps) {
  const groups = usePaletteCommands(onShortcuts);
  const returnFocus = useReturnFocus();
  return (
    <RadixDialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/45%)]" />
        <RadixDialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed top-[16vh] left-1/2 z-50 w-[min(560px,calc(100vw-32px))] -translate-x-1/2 overflow-hidden rounded-card border border-line-strong bg-surface shadow-float"
        >
          <RadixDialog.Title className="sr-only">Commands</RadixDialog.Title>
          <Command label="Commands" loop>
            <Command.Input
              placeholder="Search commands"
              className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none"
            />
            <Command.List className="max-h-[min(376px,56vh)] scroll-py-2 overflow-auto p-2">
              <Command.Empty className="px-2 py-6 text-center text-sm text-quiet">No matching commands.</Command.Empty>
              {groups.map(([heading, entries]) => (
                <Command.Group
                  key={heading}
                  heading={heading}
                  className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-quiet"
                >
                  {entries.map((entry) => (
                    <Command.Item
                      key={entry.id}
                      value={entry.title}
                      keywords={[...(entry.words ?? [])]}
                      onSelect={() => {
                        onClose();
                        entry.run();
                      }}
                      className="flex h-9 items-center gap-3 rounded-control px-2 text-sm data-[selected=true]:bg-hover"
                    >
                      <Icon of={entry.icon} />
                      <span className="flex-1">{entry.title}</span>
                      {(entry.keys ?? []).map((key) => (
                        <Kbd key={key}>{key}</Kbd>
                      ))}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
