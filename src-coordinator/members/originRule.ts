/** `host:port` of an address in lower case, with the scheme's default port filled in; undefined for anything else. */
export function hostAndPort(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const port = url.port === '' ? defaultPort(url.protocol) : url.port;
  return port === undefined || url.hostname === '' ? undefined : `${url.hostname.toLowerCase()}:${port}`;
}

/**
 * True if the address that the node dialled belongs to this coordinator. A challenge that an attacker relays names the
 * attacker's address and is refused (rules 2.1).
 */
export function isOwnOrigin(origin: string, ownAddresses: readonly string[]): boolean {
  const dialled = hostAndPort(origin);
  return dialled !== undefined && ownAddresses.some((address) => hostAndPort(address) === dialled);
}

function defaultPort(protocol: string): string | undefined {
  if (protocol === 'https:' || protocol === 'wss:') return '443';
  return protocol === 'http:' || protocol === 'ws:' ? '80' : undefined;
}
