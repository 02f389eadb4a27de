/**
 * A text that scrolls must be keyboardScrollable with the keyboard (WCAG 2.1.1), though it is no control; as `ref` of its element.
 */
export function keyboardScrollable(element: HTMLElement | null): void {
  if (element !== null) element.tabIndex = 0;
}
