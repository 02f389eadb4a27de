// @vitest-environment jsdom
import { cleanup, renderHook } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useShortcuts } from '#renderer/components/focus/useShortcuts.ts';

afterEach(cleanup);

function press(key: string, on: EventTarget = document.body, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  on.dispatchEvent(event);
  return event;
}

describe('shortcuts', () => {
  it('listen to single keys, to g and a key, and to the command key', () => {
    const done = vi.fn<(name: string) => void>();
    renderHook(() => useShortcuts({ p: () => done('p'), 'g o': () => done('g o'), 'mod+k': () => done('mod+k') }));
    press('p');
    press('g');
    press('o');
    press('o');
    press('k', document.body, { ctrlKey: true });
    press('k', document.body, { metaKey: true });
    expect(done.mock.calls.flat()).toEqual(['p', 'g o', 'mod+k', 'mod+k']);
  });

  it('ignore typing, except with the command key', () => {
    const done = vi.fn<(name: string) => void>();
    renderHook(() => useShortcuts({ p: () => done('p'), 'mod+enter': () => done('run') }));
    const field = document.body.appendChild(document.createElement('textarea'));
    expect(press('p', field).defaultPrevented).toBe(false);
    press('Enter', field, { ctrlKey: true });
    expect(done.mock.calls.flat()).toEqual(['run']);
  });

  it('are ignored while a dialog is open, even with the command key', () => {
    const done = vi.fn<(name: string) => void>();
    renderHook(() => useShortcuts({ p: () => done('p'), 'g m': () => done('g m'), 'mod+enter': () => done('run') }));
    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    press('p', dialog);
    press('g', dialog);
    press('m', dialog);
    expect(press('Enter', dialog, { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(done).not.toHaveBeenCalled();
    dialog.remove();
    press('m');
    press('p');
    expect(done.mock.calls.flat()).toEqual(['p']);
  });

  it('stop when their component unmounts', () => {
    const done = vi.fn<(name: string) => void>();
    renderHook(() => useShortcuts({ p: () => done('p') })).unmount();
    press('p');
    expect(done).not.toHaveBeenCalled();
  });
});
