interface Place {
  readonly element: HTMLElement;
  /** The element and everything around it, inside first, as it was then. */
  readonly path: readonly Element[];
}

/** So many places are remembered: enough for a menu, a dialog from it, and another one over that. */
const remembered = 12;

/** Long enough for a dialog or a menu that closes to put the focus back itself. */
const patienceMs = 100;

/** Radix puts these around a dialog; nobody stays on one. */
const guards = '[data-radix-focus-guard]';

const overPages = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/**
 * Where the focus has been, so that it can go back there when a dialog closes, and so that it is never lost: what is
 * removed while it has the focus hands it to the nearest heading around it.
 */
export class FocusTrail {
  #places: readonly Place[] = [];

  /** Begins to listen. Gives back what stops it. */
  follow(page: Document): () => void {
    const onFocus = (event: Event) => this.#remember(event.target);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new MutationObserver(() => {
      if (!this.#isLost(page)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (this.#isLost(page)) this.goBack();
      }, patienceMs);
    });
    page.addEventListener('focusin', onFocus, true);
    observer.observe(page.body, { childList: true, subtree: true });
    return () => {
      page.removeEventListener('focusin', onFocus, true);
      observer.disconnect();
      clearTimeout(timer);
    };
  }

  /** Focuses what had the focus last outside of what is closed by now, or the nearest heading to where that was. */
  goBack(): void {
    const [place] = this.#places.filter(({ element, path }) => element.isConnected || !wasOver(path)).slice(-1);
    if (place === undefined || isFocusedNow(place.element)) return;
    headingAround(place.path)?.focus({ preventScroll: true });
  }

  #remember(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement) || target.matches(guards)) return;
    const others = this.#places.filter(({ element }) => element !== target);
    this.#places = [...others, { element: target, path: pathOf(target) }].slice(-remembered);
  }

  /** The last element with the focus was removed, and nothing else took it. */
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

/** It was in a dialog or a menu that is closed now. */
function wasOver(path: readonly Element[]): boolean {
  return path.some((element) => element.matches(overPages) && !element.isConnected);
}

/** Focuses it where that can be done: it is there, and not disabled. */
function isFocusedNow(element: HTMLElement): boolean {
  if (!element.isConnected) return false;
  // It was in sight when it was left; a page that jumps would be worse.
  element.focus({ preventScroll: true });
  return element.ownerDocument.activeElement === element;
}

/** The first heading of the smallest part around it that has one; the page itself while that is still opening. */
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
