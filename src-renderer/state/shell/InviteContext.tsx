import { createContext, use, useMemo, useState, type ReactNode } from 'react';

interface InviteState {
  /** An invite link that waits in the join form; '' for none. It does nothing until the person joins. */
  readonly link: string;
  readonly fill: (link: string) => void;
}

const InviteContext = createContext<InviteState>({ link: '', fill: () => undefined });

/** Carries an invite link from where it was opened to the join form. */
export function InviteProvider({ children }: { readonly children: ReactNode }) {
  const [link, fill] = useState('');
  const state = useMemo(() => ({ link, fill }), [link]);
  return <InviteContext value={state}>{children}</InviteContext>;
}

/** The waiting invite link. */
export function useInvite(): InviteState {
  return use(InviteContext);
}
