import { LocalSecret } from '#shared/api/handshake.ts';
import type { Shell } from '#renderer/client/shell.ts';

/** The engine's URL and the secrets that authenticate this window. */
export interface EngineAccess {
  readonly url: string;
  /** Secrets to try, best first; empty when this browser has none. */
  readonly secrets: () => readonly string[];
  /** Stores the secret that the engine issued to this browser. */
  readonly keep: (secret: string) => void;
  /** Drops a secret that the engine no longer accepts. */
  readonly forget: (secret: string) => void;
}

const storageKey = 'open-swarm.secret';

/**
 * The desktop shell provides URL and secret. In a browser the page comes from the engine itself, and the secret is the
 * one-time code in the URL or the one issued on an earlier visit. The code is removed from the address bar immediately.
 */
export async function findEngineAccess(window: Window, shell: Shell | null): Promise<EngineAccess> {
  if (shell === null) return browserAccess(window.location.origin, takeCode(window), window.localStorage);
  const { url, secret } = await shell.call('engine');
  return { url, secrets: () => [secret], keep: ignore, forget: ignore };
}

/** Access of a browser tab: the one-time code first, then the stored secret. */
export function browserAccess(url: string, code: string | null, storage: Storage): EngineAccess {
  let unused = code;
  return {
    url,
    secrets: () => [unused, storedSecret(storage)].filter((secret) => secret !== null),
    keep: (secret) => {
      unused = null;
      storage.setItem(storageKey, secret);
    },
    forget: (secret) => {
      if (secret === unused) unused = null;
      else if (secret === storedSecret(storage)) storage.removeItem(storageKey);
    },
  };
}

/** Reads `#code=…` and removes it from the URL and the history. */
export function takeCode(window: Window): string | null {
  const match = /^#code=([^&]+)/.exec(window.location.hash);
  if (match === null) return null;
  window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}#/`);
  const parsed = LocalSecret.safeParse(match[1]);
  return parsed.success ? parsed.data : null;
}

function storedSecret(storage: Storage): string | null {
  const parsed = LocalSecret.safeParse(storage.getItem(storageKey));
  return parsed.success ? parsed.data : null;
}

function ignore(): void {
  // The shell manages its own secret.
}
