// @vitest-environment jsdom
import { renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { useShortcuts } from '#renderer/components/useShortcuts.ts';

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

  it('leave typing alone, except with the command key', () => {
    const done = vi.fn<(name: string) => void>();
    renderHook(() => useShortcuts({ p: () => done('p'), 'mod+enter': () => done('run') }));
    const field = document.body.appendChild(document.createElement('textarea'));
    expect(press('p', field).defaultPrevented).toBe(false);
    press('Enter', field, { ctrlKey: true });
    expect(done.mock.calls.flat()).toEqual(['run']);
  });

  it('stop with their component', () => {
    const done = vi.fn<(name: string) => void>();
    renderHook(() => useShortcuts({ p: () => done('p') })).unmount();
    press('p');
    expect(done).not.toHaveBeenCalled();
  });
});
