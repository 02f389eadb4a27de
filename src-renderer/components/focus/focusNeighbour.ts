/**
 * Before an entry of a list is removed by the button in it: the focus goes to the next button of the list, else to the
 * one before, else to `otherwise`, where one adds.
 */
export function focusNeighbour(button: HTMLElement, otherwise: HTMLElement | null): void {
  const buttons = [...(button.closest('ul')?.querySelectorAll('button') ?? [])];
  const at = buttons.findIndex((one) => one === button);
  const neighbour = buttons[at + 1] ?? buttons[at - 1] ?? otherwise;
  neighbour?.focus();
}
