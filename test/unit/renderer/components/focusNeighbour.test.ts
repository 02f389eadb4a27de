// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { focusNeighbour } from '#renderer/components/focus/focusNeighbour.ts';

test('focuses the next button, else the previous one, else the fallback', () => {
  document.body.innerHTML = '<input id="add"><ul><li><button>a</button></li><li><button>b</button></li></ul>';
  const add = document.querySelector('input');
  const [first, second] = document.querySelectorAll('button');
  if (first === undefined || second === undefined) throw new Error('no buttons');
  focusNeighbour(first, add);
  expect(document.activeElement).toBe(second);
  focusNeighbour(second, add);
  expect(document.activeElement).toBe(first);
  second.closest('li')?.remove();
  focusNeighbour(first, add);
  expect(document.activeElement).toBe(add);
});
