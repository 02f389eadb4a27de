/** `host:port` of an address, lower case, with the scheme's own port filled in; `undefined` when it is none. */
export function hostAndPort(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const port = url.port === '' ? defaultPort(url.protocol) : url.port;
  return port === undefined || url.hostname === '' ? undefined : `${url.hostname.toLowerCase()}:${port}`;
}

/**
 * True when the node dialled an address that is this coordinator's own. A challenge that somebody relays from another
 * address names that address, and does not fit (rules 2.1).
 */
export function isOwnOrigin(origin: string, ownAddresses: readonly string[]): boolean {
  const dialled = hostAndPort(origin);
  return dialled !== undefined && ownAddresses.some((address) => hostAndPort(address) === dialled);
}

function defaultPort(protocol: string): string | undefined {
  if (protocol === 'https:' || protocol === 'wss:') return '443';
  return protocol === 'http:' || protocol === 'ws:' ? '80' : undefined;
}
