import { SwarmError } from '#shared/domain/errorCodes.ts';
import { SwarmId } from '#shared/domain/ids.ts';

/** Where a swarm is, as a person wrote it. */
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

/** True for this machine itself. */
export function isLoopback(address: string): boolean {
  const host = parseUrl(address).hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Throws a SwarmError `forbidden` for an unencrypted connection beyond this machine that nobody accepted by name. */
export function requireSafe(address: string, allowPlain: boolean): void {
  if (parseUrl(address).protocol === 'https:' || isLoopback(address) || allowPlain) return;
  throw new SwarmError(
    'forbidden',
    `The connection to ${address} would not be encrypted. Use https://, or allow a plain connection on your own network.`,
    { field: 'address' },
  );
}

function withScheme(host: string, allowPlain: boolean): string {
  const plain = `http://${host}`;
  return parseUrl(allowPlain || isLoopback(plain) ? plain : `https://${host}`).origin;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || url.hostname === '') throw wrongAddress('This is not an address. Write https://host:port.');
  return url;
}

function wrongAddress(message: string): SwarmError {
  return new SwarmError('invalid_message', message, { field: 'address' });
}
