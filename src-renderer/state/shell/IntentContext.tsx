import { createContext, use, useMemo, useState, type ReactNode } from 'react';

/** Something that a page can open, asked for from elsewhere: the palette, or a banner. */
export type Intent = 'add_model' | 'join_swarm' | 'leave_swarm' | 'back_up' | 'read_log';

interface IntentState {
  /** Null when nothing is asked for. */
  readonly intent: Intent | null;
  readonly ask: (intent: Intent | null) => void;
}

const IntentContext = createContext<IntentState>({ intent: null, ask: () => undefined });

/** Carries what somebody wants to open to the page that has it. */
export function IntentProvider({ children }: { readonly children: ReactNode }) {
  const [intent, ask] = useState<Intent | null>(null);
  const state = useMemo(() => ({ intent, ask }), [intent]);
  return <IntentContext value={state}>{children}</IntentContext>;
}

/** Asks for something; the caller opens the page that has it. */
export function useAskIntent(): (intent: Intent) => void {
  return use(IntentContext).ask;
}

/** Whether this is asked for, and what ends that; the page that has it stays the one that decides. */
export function useIntent(wanted: Intent): { readonly asked: boolean; readonly done: () => void } {
  const { intent, ask } = use(IntentContext);
  return useMemo(() => ({ asked: intent === wanted, done: () => ask(null) }), [intent, wanted, ask]);
}
