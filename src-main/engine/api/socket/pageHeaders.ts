import { pagePolicy } from '#node/pagePolicy.ts';

/** Headers of every answer. The page comes from this engine alone: no remote content, no frames, no plug-ins. */
export function pageHeaders(port: number): Readonly<Record<string, string>> {
  return {
    // Not every browser counts a WebSocket to the same place as 'self'.
    'content-security-policy': pagePolicy(["'self'", `ws://127.0.0.1:${port}`, `ws://localhost:${port}`]),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
