/**
 * A text that scrolls must be reachable with the keyboard (WCAG 2.1.1), though it is no control; as `ref` of its element.
 */
export function reachable(element: HTMLElement | null): void {
  if (element !== null) element.tabIndex = 0;
}
