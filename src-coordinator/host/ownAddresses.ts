import { networkInterfaces } from 'node:os';
import { listensEverywhere } from '#node/inviteLink.ts';

/** Addresses under which a coordinator may be dialled: what it listens on, and what its operator says. */
export function ownAddressesOf(host: string, port: number, publicUrls: readonly string[]): string[] {
  return [...hostsOf(host).map((name) => `http://${urlHost(name)}:${port}`), ...publicUrls];
}

/** Host of an address as a URL writes it. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function hostsOf(host: string): string[] {
  const loopback = ['127.0.0.1', 'localhost', '::1'];
  if (listensEverywhere(host)) {
    const found = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    return [...loopback, ...found.filter(({ scopeid }) => !scopeid).map(({ address }) => address)];
  }
  return loopback.includes(host) ? loopback : [host];
}
