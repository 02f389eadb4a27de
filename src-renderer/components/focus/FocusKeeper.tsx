import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react';
import { FocusTrail } from './FocusTrail.ts';

const TrailContext = createContext<FocusTrail | null>(null);

/** Wraps the app and tracks the focus, so that it is never lost. */
export function FocusKeeper({ children }: { readonly children: ReactNode }) {
  const [trail] = useState(() => new FocusTrail());
  useEffect(() => trail.follow(document), [trail]);
  return <TrailContext value={trail}>{children}</TrailContext>;
}

/** For `onCloseAutoFocus` of overlays without a trigger: returns the focus to its previous place. */
export function useReturnFocus(): (event: Event) => void {
  const trail = use(TrailContext);
  return useCallback(
    (event) => {
      if (trail === null) return;
      event.preventDefault();
      trail.goBack();
    },
    [trail],
  );
}
