interface Place {
  readonly element: HTMLElement;
  /** The element and its ancestors at that time, innermost first. */
  readonly path: readonly Element[];
}

/** Enough places for a menu, a dialog opened from it, and another one on top. */
const capacity = 12;

/** Long enough for a closing dialog or menu to restore the focus itself. */
const graceMs = 100;

/** Radix places these around a dialog; the focus never rests on one. */
const guards = '[data-radix-focus-guard]';

const overlays = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/**
 * The history of the focus. It returns there when a dialog closes; when a focused element is removed, the nearest heading
 * takes the focus.
 */
export class FocusTrail {
  #places: readonly Place[] = [];

  /** Starts tracking. Returns the function that stops it. */
  follow(page: Document): () => void {
    const onFocus = (event: Event) => this.#remember(event.target);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new MutationObserver(() => {
      if (!this.#isLost(page)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (this.#isLost(page)) this.goBack();
      }, graceMs);
    });
    page.addEventListener('focusin', onFocus, true);
    observer.observe(page.body, { childList: true, subtree: true });
    return () => {
      page.removeEventListener('focusin', onFocus, true);
      observer.disconnect();
      clearTimeout(timer);
    };
  }

  /** Focuses the last place outside of closed overlays, or the heading nearest to it. */
  goBack(): void {
    const [place] = this.#places.filter(({ element, path }) => element.isConnected || !wasInOverlay(path)).slice(-1);
    if (place === undefined || tryFocus(place.element)) return;
    headingAround(place.path)?.focus({ preventScroll: true });
  }

  #remember(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement) || target.matches(guards)) return;
    const others = this.#places.filter(({ element }) => element !== target);
    this.#places = [...others, { element: target, path: pathOf(target) }].slice(-capacity);
  }

  /** The last focused element was removed, and nothing else took the focus. */
  #isLost(page: Document): boolean {
    const last = this.#places.at(-1);
    return last !== undefined && !last.element.isConnected && page.activeElement === page.body;
  }
}

function pathOf(element: Element): readonly Element[] {
  const path: Element[] = [];
  for (let one: Element | null = element; one !== null; one = one.parentElement) path.push(one);
  return path;
}

/** It was in an overlay that is closed now. */
function wasInOverlay(path: readonly Element[]): boolean {
  return path.some((element) => element.matches(overlays) && !element.isConnected);
}

/** Tries to focus an element; false if it was removed or is disabled. */
function tryFocus(element: HTMLElement): boolean {
  if (!element.isConnected) return false;
  // It was in view when it lost the focus; scrolling would only disorient.
  element.focus({ preventScroll: true });
  return element.ownerDocument.activeElement === element;
}

/** The first heading of the nearest ancestor that has one; the page itself while it is loading. */
function headingAround(path: readonly Element[]): HTMLElement | null {
  for (const element of path) {
    if (!(element instanceof HTMLElement) || !element.isConnected) continue;
    const heading = element.querySelector<HTMLElement>('h1, h2, h3');
    if (heading !== null) {
      heading.tabIndex = -1;
      return heading;
    }
    if (element.matches('main[tabindex]')) return element;
  }
  return null;
}
