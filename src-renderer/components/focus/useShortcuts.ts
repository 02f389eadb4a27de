import { useEffect, useRef } from 'react';

/** What a key does: a single key (`?`, `p`), `g` and a key (`g o`), or the command key and a key (`mod+k`). */
export type Shortcuts = Readonly<Record<string, () => void>>;

const sequenceMs = 1200;

/**
 * Listens for the application's keys. Keys typed into fields and menus are left alone, except those with Ctrl or ⌘; while
 * a dialog is open all of them are, since they mean the page below it.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  }, [shortcuts]);
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      const name = keyName(event, event.timeStamp < goUntil);
      goUntil = 0;
      if (name === null || isDialogOpen()) return;
      if (name === 'g') {
        goUntil = event.timeStamp + sequenceMs;
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

/** The name of a key press in `Shortcuts`, or null when it belongs to a field or is no shortcut. */
function keyName(event: KeyboardEvent, afterGo: boolean): string | null {
  if (event.defaultPrevented || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return `mod+${key}`;
  if (isTyping(event.target)) return null;
  return afterGo ? `g ${key}` : key;
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
