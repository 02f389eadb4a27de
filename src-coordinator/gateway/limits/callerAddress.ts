import { isIP } from 'node:net';

/**
 * Address of who calls: the peer's, or behind a trusted proxy the last one of `x-forwarded-for`, which that proxy wrote.
 * Everything before it came with the request, so that the caller chose it. What is no address leaves the peer's. Pure.
 */
export function callerAddress(
  peer: string,
  forwarded: string | readonly string[] | undefined,
  trustProxy: boolean,
): string {
  if (!trustProxy) return peer;
  const last = [forwarded ?? []].flat().join(',').split(',').at(-1) ?? '';
  const bare = withoutPort(last.trim());
  return isIP(bare) === 0 ? peer : bare;
}

/** Some proxies write the port too: `203.0.113.7:4711`, `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  return /^\[(.*)\](:\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}
