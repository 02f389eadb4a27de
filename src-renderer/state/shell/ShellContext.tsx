import { createContext, use, type ReactNode } from 'react';
import type { Shell } from '#renderer/client/shell.ts';

const ShellContext = createContext<Shell | null>(null);

interface ShellProviderProps {
  readonly shell: Shell | null;
  readonly children: ReactNode;
}

/** Gives the desktop shell, where there is one, to everything below. */
export function ShellProvider({ shell, children }: ShellProviderProps) {
  return <ShellContext value={shell}>{children}</ShellContext>;
}

/** The desktop shell, or null in a browser: what only it can do is not offered then. */
export function useShell(): Shell | null {
  return use(ShellContext);
}
