// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FocusTrail } from '#renderer/components/focus/FocusTrail.ts';

let trail: FocusTrail;
let stop: () => void;
beforeEach(() => {
  document.body.innerHTML = `
    <main tabindex="-1"><h1>Models</h1><button id="add">Add</button>
      <section><h2>Here</h2><ul><li><button id="more">More</button></li></ul></section>
    </main>`;
  trail = new FocusTrail();
  stop = trail.follow(document);
});
afterEach(() => stop());

const find = (id: string) => document.querySelector<HTMLElement>(`#${id}`);

/** Something over the page, with a button that has the focus. */
function openOver(role: string, id: string): HTMLElement {
  const over = document.body.appendChild(document.createElement('div'));
  over.setAttribute('role', role);
  over.innerHTML = `<h2>${id}</h2><button id="${id}">Go</button>`;
  find(id)?.focus();
  return over;
}

test('returns past a closed menu and a closed dialog', () => {
  find('more')?.focus();
  openOver('menu', 'item').remove();
  openOver('dialog', 'keep').remove();
  trail.goBack();
  expect(document.activeElement).toBe(find('more'));
});

test('stays in the dialog below when the one over it closes', () => {
  find('add')?.focus();
  openOver('dialog', 'outer');
  openOver('dialog', 'inner').remove();
  trail.goBack();
  expect(document.activeElement).toBe(find('outer'));
});

test('a removed or disabled element passes the focus to the nearest heading', () => {
  find('more')?.focus();
  openOver('dialog', 'keep').remove();
  find('more')?.closest('li')?.remove();
  trail.goBack();
  expect(document.activeElement?.textContent).toBe('Here');

  find('add')?.focus();
  find('add')?.setAttribute('disabled', '');
  openOver('dialog', 'keep').remove();
  trail.goBack();
  expect(document.activeElement?.textContent).toBe('Models');
});

test('removing the focused element does not lose the focus, on the page or in a dialog', async () => {
  const focused = () => document.activeElement?.textContent;
  find('more')?.focus();
  find('more')?.remove();
  await expect.poll(focused).toBe('Here');
  openOver('dialog', 'keep');
  find('keep')?.remove();
  await expect.poll(focused).toBe('keep');
});

test('a page that is still loading takes the focus itself', () => {
  find('add')?.focus();
  const main = document.querySelector('main');
  main?.replaceChildren('Opening the page…');
  trail.goBack();
  expect(document.activeElement).toBe(main);
});
