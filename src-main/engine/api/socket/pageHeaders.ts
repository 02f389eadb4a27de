import { pagePolicy } from '#node/pagePolicy.ts';

/** Headers of every response. The page comes from this engine alone: no remote content, frames or plug-ins. */
export function pageHeaders(port: number): Readonly<Record<string, string>> {
  return {
    // For some browsers 'self' does not cover a WebSocket to the same origin.
    'content-security-policy': pagePolicy(["'self'", `ws://127.0.0.1:${port}`, `ws://localhost:${port}`]),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
