import { createContext, use, type ReactNode } from 'react';
import type { Shell } from '#renderer/client/shell.ts';

const ShellContext = createContext<Shell | null>(null);

interface ShellProviderProps {
  readonly shell: Shell | null;
  readonly children: ReactNode;
}

/** Provides the desktop shell, if any, to its descendants. */
export function ShellProvider({ shell, children }: ShellProviderProps) {
  return <ShellContext value={shell}>{children}</ShellContext>;
}

/** The desktop shell, or null in a browser, where its features are not offered. */
export function useShell(): Shell | null {
  return use(ShellContext);
}
