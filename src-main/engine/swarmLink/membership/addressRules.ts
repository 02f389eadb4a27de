import { BlockList, isIPv6 } from 'node:net';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { SwarmId } from '#shared/domain/ids.ts';

/** The address of a swarm, as a person wrote it. */
export interface SwarmAddress {
  /** `http(s)://host:port`, without path. */
  readonly address: string;
  /** From an invite link. */
  readonly swarmId: string | null;
  readonly secret: string | null;
}

/**
 * Reads `https://host:port`, `host:port`, or an invite link `openswarm://host:port#swarmId.secret`.
 * Throws a SwarmError `invalid_message` that names `address`.
 */
export function readAddress(text: string, allowPlain: boolean): SwarmAddress {
  const trimmed = text.trim();
  const invite = /^openswarm:\/\/([^/#?\s]+)\/?#([^.]+)\.([A-Za-z0-9_-]{1,64})$/.exec(trimmed);
  if (invite !== null) {
    const [, host = '', swarmId = '', secret = ''] = invite;
    if (!SwarmId.safeParse(swarmId).success) throw wrongAddress('The invite link names no swarm.');
    return { address: withScheme(host, allowPlain), swarmId, secret };
  }
  const url = parseUrl(/^[a-z]+:\/\//i.test(trimmed) ? trimmed : withScheme(trimmed, allowPlain));
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw wrongAddress('The address must begin with https://.');
  return { address: url.origin, swarmId: null, secret: null };
}

/** True for an address of this machine. */
export function isLoopback(address: string): boolean {
  const host = parseUrl(address).hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** True for private addresses of homes and offices, and for names that only these networks know. */
export function isOwnNetwork(address: string): boolean {
  const host = parseUrl(address).hostname.replace(/^\[|\]$/g, '');
  if (isIPv6(host)) return ownNetworks.check(host, 'ipv6');
  if (/^[\d.]+$/.test(host)) return ownNetworks.check(host, 'ipv4');
  return !host.includes('.') || /\.(local|lan|home\.arpa|internal)$/i.test(host);
}

/**
 * Throws a SwarmError `forbidden` for an unencrypted connection beyond this machine: on the own network unless the owner
 * accepted it, elsewhere always.
 */
export function requireSafe(address: string, allowPlain: boolean): void {
  if (parseUrl(address).protocol === 'https:' || isLoopback(address)) return;
  const own = isOwnNetwork(address);
  if (own && allowPlain) return;
  const advice = own
    ? 'Use https://, or allow a plain connection on your own network (--allow-plain).'
    : 'Use https://. Plain connections are for your own network only.';
  throw new SwarmError('forbidden', `The connection to ${address} would not be encrypted. ${advice}`, {
    field: 'address',
  });
}

/** Private use (RFC 1918, RFC 4193), link-local (RFC 3927, RFC 4291) and shared (RFC 6598) addresses. */
const ownNetworks = new BlockList();
ownNetworks.addSubnet('10.0.0.0', 8);
ownNetworks.addSubnet('172.16.0.0', 12);
ownNetworks.addSubnet('192.168.0.0', 16);
ownNetworks.addSubnet('169.254.0.0', 16);
ownNetworks.addSubnet('100.64.0.0', 10);
ownNetworks.addSubnet('fc00::', 7, 'ipv6');
ownNetworks.addSubnet('fe80::', 10, 'ipv6');

function withScheme(host: string, allowPlain: boolean): string {
  const plain = `http://${host}`;
  const mayBePlain = isLoopback(plain) || (allowPlain && isOwnNetwork(plain));
  return parseUrl(mayBePlain ? plain : `https://${host}`).origin;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || url.hostname === '') throw wrongAddress('This is not an address. Write https://host:port.');
  return url;
}

function wrongAddress(message: string): SwarmError {
  return new SwarmError('invalid_message', message, { field: 'address' });
}
