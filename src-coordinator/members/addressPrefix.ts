import { isIPv4, isIPv6 } from 'node:net';

/** An IP address without its zone; an IPv4-mapped IPv6 address becomes plain IPv4. */
export function plainAddress(address: string): string {
  const bare = address.split('%')[0] ?? '';
  return bare.startsWith('::ffff:') && isIPv4(bare.slice(7)) ? bare.slice(7) : bare;
}

/** True for an address of this computer itself. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || plain.startsWith('127.');
}

/** The key of one client in rate limits: an IPv4 address or the /48 prefix of an IPv6 address. */
export function clientPrefix(address: string): string {
  const plain = plainAddress(address);
  return isIPv6(plain) ? ipv6Prefix(plain) : plain;
}

/** The key of one network in the daily limit of grants: a /24 or /48 prefix; '' for loopback and in-memory links. */
export function networkPrefix(address: string): string {
  const plain = plainAddress(address);
  if (isLoopback(plain)) return '';
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  return isIPv6(plain) ? ipv6Prefix(plain) : '';
}

function ipv6Prefix(address: string): string {
  const [left = '', right] = address.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const gap = right === undefined ? [] : Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  const groups = [...head, ...gap, ...tail].slice(0, 3).map((group) => (group === '' ? '0' : group.toLowerCase()));
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/48`;
}
