/**
 * Makes scrolling text reachable by keyboard (WCAG 2.1.1), although it is not a control. Use it as the `ref` of the element.
 */
export function keyboardScrollable(element: HTMLElement | null): void {
  if (element !== null) element.tabIndex = 0;
}
