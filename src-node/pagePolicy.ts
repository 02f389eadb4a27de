/**
 * Content-Security-Policy of the interface: only its own files, and connections to `connectTo` (the engine; `'self'`
 * when that serves the page). Inline styles are allowed, because components insert them; inline scripts are not.
 */
export function pagePolicy(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connectTo.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
