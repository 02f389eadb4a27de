import { expect, type Locator } from '@playwright/test';
import { painted } from './painted.ts';

/** Once what arrives has its place, nothing in it is cut off, sticks out at a side, or lies over what can be pressed. */
export async function expectFits(part: Locator, what: string): Promise<void> {
  await painted(part.page());
  await expect.poll(() => part.evaluate(findProblems), { message: what }).toEqual([]);
}

/** Runs in the page. */
function findProblems(root: Element): string[] {
  const found: string[] = [];
  const nameOf = (element: Element) =>
    `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 40)}"`;
  const isSeen = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  /** Its content may be wider: it scrolls by itself, or ends with an ellipsis on purpose. */
  const mayHide = (element: Element) => {
    const { overflowX, textOverflow } = getComputedStyle(element);
    return overflowX === 'auto' || overflowX === 'scroll' || textOverflow === 'ellipsis';
  };
  /** A line across a card, which reaches into its padding. */
  const reachesOut = (element: Element) => Number.parseFloat(getComputedStyle(element).marginRight) < 0;
  const isTooWide = (element: Element) =>
    element.clientWidth > 0 &&
    element.scrollWidth > element.clientWidth + 1 &&
    !(element instanceof HTMLInputElement || mayHide(element) || [...element.children].some(reachesOut));
  const box = root.getBoundingClientRect();
  if (box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight)
    found.push('leaves the window');
  if (root.scrollWidth > root.clientWidth + 1) found.push('scrolls sideways');

  const look = (element: Element) => {
    for (const child of element.children) {
      if (!isSeen(child) || child instanceof SVGElement) continue;
      const { left, right } = child.getBoundingClientRect();
      if (left < box.left - 1 || right > box.right + 1) found.push(`${nameOf(child)} sticks out`);
      else if (isTooWide(child)) found.push(`${nameOf(child)} is wider than its place`);
      if (!mayHide(child)) look(child);
    }
  };
  look(root);

  const pressed = [...root.querySelectorAll('button, a, input, textarea, [role="combobox"], [role="radio"]')].filter(
    isSeen,
  );
  pressed.forEach((one, at) => {
    for (const other of pressed.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const over =
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      if (over) found.push(`${nameOf(one)} and ${nameOf(other)} lie over each other`);
    }
  });
  return found;
}
