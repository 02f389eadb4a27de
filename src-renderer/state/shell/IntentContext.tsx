import { createContext, use, useMemo, useState, type ReactNode } from 'react';

/** A dialog or part of a page, requested from elsewhere: the palette or a banner. */
export type Intent = 'add_model' | 'join_swarm' | 'leave_swarm' | 'back_up' | 'read_log';

interface IntentState {
  /** Null without a request. */
  readonly intent: Intent | null;
  readonly ask: (intent: Intent | null) => void;
}

const IntentContext = createContext<IntentState>({ intent: null, ask: () => undefined });

/** Passes the request on to the page that can open it. */
export function IntentProvider({ children }: { readonly children: ReactNode }) {
  const [intent, ask] = useState<Intent | null>(null);
  const state = useMemo(() => ({ intent, ask }), [intent]);
  return <IntentContext value={state}>{children}</IntentContext>;
}

/** Requests an intent; the caller navigates to its page. */
export function useAskIntent(): (intent: Intent) => void {
  return use(IntentContext).ask;
}

/** Whether this intent is requested, and how to complete it. The page decides what to do. */
export function useIntent(wanted: Intent): { readonly asked: boolean; readonly done: () => void } {
  const { intent, ask } = use(IntentContext);
  return useMemo(() => ({ asked: intent === wanted, done: () => ask(null) }), [intent, wanted, ask]);
}
