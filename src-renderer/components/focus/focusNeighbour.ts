/**
 * Moves the focus before a button removes its own list item: to the next button in the list, else the previous one, else
 * `fallback`, the control that adds items.
 */
export function focusNeighbour(button: HTMLElement, fallback: HTMLElement | null): void {
  const buttons = [...(button.closest('ul')?.querySelectorAll('button') ?? [])];
  const at = buttons.findIndex((one) => one === button);
  const neighbour = buttons[at + 1] ?? buttons[at - 1] ?? fallback;
  neighbour?.focus();
}
