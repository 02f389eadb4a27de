import { useEffect, useRef } from 'react';

/** Actions by shortcut: a key (`?`, `p`), `g` and a key (`g o`), or the command key and a key (`mod+k`). */
export type Shortcuts = Readonly<Record<string, () => void>>;

const sequenceMs = 1200;

/**
 * Handles the application's shortcuts. Input into fields and menus is ignored, except with Ctrl or ⌘; while a dialog is
 * open every shortcut is, since it would act on the page below.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  }, [shortcuts]);
  useEffect(() => {
    let prefixUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      const name = keyName(event, event.timeStamp < prefixUntil);
      prefixUntil = 0;
      if (name === null || isDialogOpen()) return;
      if (name === 'g') {
        prefixUntil = event.timeStamp + sequenceMs;
        return;
      }
      const action = latest.current[name];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** The key of `Shortcuts` for a key press, or null when it is input or no shortcut. */
function keyName(event: KeyboardEvent, afterPrefix: boolean): string | null {
  if (event.defaultPrevented || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return `mod+${key}`;
  if (isTyping(event.target)) return null;
  return afterPrefix ? `g ${key}` : key;
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="combobox"]') !==
      null
  );
}
