import { isIPv4, isIPv6 } from 'node:net';

/** An address without the IPv4-in-IPv6 form and zone. */
export function plainAddress(address: string): string {
  const bare = address.split('%')[0] ?? '';
  return bare.startsWith('::ffff:') && isIPv4(bare.slice(7)) ? bare.slice(7) : bare;
}

/** True for this machine itself. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || plain.startsWith('127.');
}

/** What stands for one visitor in limits: an IPv4 address, or the /48 of an IPv6 one. */
export function visitorOf(address: string): string {
  const plain = plainAddress(address);
  return isIPv6(plain) ? ipv6Prefix(plain) : plain;
}

/** What stands for one place in the daily limit of enrolments: /24 or /48; '' on loopback and in memory. */
export function placeOf(address: string): string {
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
