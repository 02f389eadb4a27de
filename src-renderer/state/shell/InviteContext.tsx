import { createContext, use, useMemo, useState, type ReactNode } from 'react';

interface InviteState {
  /** An invite link to pre-fill the join form; '' for none. It has no effect until the person joins. */
  readonly link: string;
  readonly fill: (link: string) => void;
}

const InviteContext = createContext<InviteState>({ link: '', fill: () => undefined });

/** Passes an opened invite link on to the join form. */
export function InviteProvider({ children }: { readonly children: ReactNode }) {
  const [link, fill] = useState('');
  const state = useMemo(() => ({ link, fill }), [link]);
  return <InviteContext value={state}>{children}</InviteContext>;
}

/** The pending invite link. */
export function useInvite(): InviteState {
  return use(InviteContext);
}
