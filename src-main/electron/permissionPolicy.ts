import { pageOrigin } from './servePage.ts';

/**
 * What our page may do: copy text when the person presses a copy button, and reach the engine on this machine
 * (Chromium asks for connections to the loopback address). Everything else is denied, and to anybody else everything.
 */
const allowed: ReadonlySet<string> = new Set([
  'clipboard-sanitized-write',
  'local-network',
  'local-network-access',
  'loopback-network',
]);

/** `origin` as Electron tells it: with or without a path. */
export function isPermitted(permission: string, origin: string | undefined): boolean {
  const isOwn = origin === pageOrigin || (origin?.startsWith(`${pageOrigin}/`) ?? false);
  return isOwn && allowed.has(permission);
}

/** Requests that may leave the page: its own files, and the engine on loopback. Nothing remote is ever loaded. */
export function isOwnRequest(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  if (`${parsed.protocol}//${parsed.host}` === pageOrigin) return true;
  return ['http:', 'ws:'].includes(parsed.protocol) && parsed.hostname === '127.0.0.1';
}
