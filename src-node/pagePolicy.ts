/**
 * Content-Security-Policy of the interface, whoever serves it: nothing but its own files, and connections to
 * `connectTo` (the engine; `'self'` when the engine serves the page). Styles may be inline because components of the
 * interface insert theirs; scripts may not.
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
