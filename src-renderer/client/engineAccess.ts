import { LocalSecret } from '#shared/api/handshake.ts';
import type { Shell } from '#renderer/client/shell.ts';

/** Where the engine is and how this window proves itself to it. */
export interface EngineAccess {
  readonly url: string;
  /** Secrets worth trying, best first; empty when this browser has none. */
  readonly secrets: () => readonly string[];
  /** Keeps the secret that the engine gave to this browser. */
  readonly keep: (secret: string) => void;
  /** Drops a secret that the engine no longer knows. */
  readonly forget: (secret: string) => void;
}

const storageKey = 'open-swarm.secret';

/**
 * In the desktop shell, the shell knows address and secret; in a browser the page comes from the engine itself, and the
 * secret is the one-time code of the address or what an earlier visit was given. The code leaves the address bar at once.
 */
export async function findEngineAccess(window: Window, shell: Shell | null): Promise<EngineAccess> {
  if (shell === null) return browserAccess(window.location.origin, takeCode(window), window.localStorage);
  const { url, secret } = await shell.call('engine');
  return { url, secrets: () => [secret], keep: ignore, forget: ignore };
}

/** Access of a browser tab: the code is good once, so a kept secret goes after it. */
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

/** Reads `#code=…` and removes it from the address and the history before anything else can see it. */
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
  // The shell keeps its own secret.
}
