// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { FormEvent } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { Button } from '#renderer/components/controls/Button.tsx';

afterEach(cleanup);

function show(disabled: boolean, onClick: () => void, onSubmit: () => void) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Button type="submit" disabled={disabled} onClick={onClick}>
        Go
      </Button>
    </form>
  );
}

test('a button disabled while focused keeps the focus and ignores input; after blur it is truly disabled', () => {
  const onClick = vi.fn<() => void>();
  const onSubmit = vi.fn<() => void>();
  const { rerender } = render(show(false, onClick, onSubmit));
  const button = screen.getByRole('button');
  button.focus();
  fireEvent.click(button);
  rerender(show(true, onClick, onSubmit));
  expect(document.activeElement).toBe(button);
  expect(button.getAttribute('aria-disabled')).toBe('true');
  fireEvent.click(button);
  expect([onClick.mock.calls.length, onSubmit.mock.calls.length]).toEqual([1, 1]);
  fireEvent.blur(button);
  expect(button.hasAttribute('disabled')).toBe(true);
  rerender(show(false, onClick, onSubmit));
  fireEvent.click(button);
  expect([onClick.mock.calls.length, onSubmit.mock.calls.length]).toEqual([2, 2]);
});

test('a double click on a single-action button counts once, and submits its form once', () => {
  const onClick = vi.fn<() => void>();
  const onSubmit = vi.fn<(event: FormEvent) => void>((event) => event.preventDefault());
  render(
    <form onSubmit={onSubmit}>
      <Button type="submit" single onClick={onClick}>
        Pay
      </Button>
    </form>,
  );
  const button = screen.getByRole('button');
  fireEvent.click(button, { detail: 1 });
  fireEvent.click(button, { detail: 2 });
  expect([onClick.mock.calls.length, onSubmit.mock.calls.length]).toEqual([1, 1]);
  // From the keyboard, and from assistive technology.
  fireEvent.click(button, { detail: 0 });
  expect([onClick.mock.calls.length, onSubmit.mock.calls.length]).toEqual([2, 2]);
});
