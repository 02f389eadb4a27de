import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** Thrown by every function that would reach another computer or another program. */
export class NetworkClosedError extends Error {
  override readonly name = 'NetworkClosedError';
  readonly code = 'network_closed';

  constructor() {
    super('An inference worker has no network.');
  }
}

/** DNS look-ups; each could leak text in the name it asks for. */
const lookups = /^(?:lookup|resolve|reverse)/;

/**
 * Disables the network in this process for good: connections, servers, datagrams and name look-ups. Node 24's
 * permission model does not cover the network; the `no_network` fence of the engine enforces the same from outside
 * where the system supports it.
 */
export function closeNetwork(): void {
  close(net.Socket.prototype, ['connect']);
  close(net.Server.prototype, ['listen']);
  // Returns a system handle, from which a connection could be made without a socket.
  close(net, ['_createServerHandle', 'createServer', 'createConnection', 'connect']);
  close(dgram, ['createSocket', '_createSocketHandle']);
  close(dgram.Socket.prototype, ['bind', 'connect', 'send', 'sendto']);
  for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    close(
      holder,
      functionsOf(holder).filter((name) => lookups.test(name)),
    );
  }
  syncBuiltinESMExports();
}

function functionsOf(holder: object): string[] {
  const own = Object.getOwnPropertyNames(holder);
  const parent: unknown = Object.getPrototypeOf(holder);
  return parent instanceof Object && parent !== Object.prototype ? [...own, ...functionsOf(parent)] : own;
}

/** Replaces the functions; not writable and not configurable, so that they cannot be restored. */
function close(holder: object, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(holder, name, { value: refuse, writable: false, configurable: false });
  }
}

function refuse(): never {
  throw new NetworkClosedError();
}
