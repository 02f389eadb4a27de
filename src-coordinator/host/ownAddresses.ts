import { networkInterfaces } from 'node:os';
import { listensEverywhere } from '#node/inviteLink.ts';

/** Addresses at which nodes may dial a coordinator: those it listens on, and those its operator names. */
export function ownAddressesOf(host: string, port: number, publicUrls: readonly string[]): string[] {
  return [...hostsOf(host).map((name) => `http://${urlHost(name)}:${port}`), ...publicUrls];
}

/** A host as written in a URL: an IPv6 address in brackets. */
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
