import { pageOrigin } from './servePage.ts';

/**
 * Permissions of the app's page: writing to the clipboard, and connecting to the engine on this machine, for which
 * Chromium asks a permission. All others are denied, as is everything to other pages.
 */
const allowed: ReadonlySet<string> = new Set([
  'clipboard-sanitized-write',
  'local-network',
  'local-network-access',
  'loopback-network',
]);

/** Whether to grant a permission; Electron passes `origin` with or without a path. */
export function isPermitted(permission: string, origin: string | undefined): boolean {
  const isOwn = origin === pageOrigin || (origin?.startsWith(`${pageOrigin}/`) ?? false);
  return isOwn && allowed.has(permission);
}

/** Whether the page may make a request: only for its own files, and to the engine on the loopback address. */
export function isOwnRequest(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  if (`${parsed.protocol}//${parsed.host}` === pageOrigin) return true;
  return ['http:', 'ws:'].includes(parsed.protocol) && parsed.hostname === '127.0.0.1';
}
