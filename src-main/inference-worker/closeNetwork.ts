import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** Thrown by everything that would reach another computer or another program of this one. */
export class NetworkClosedError extends Error {
  override readonly name = 'NetworkClosedError';
  readonly code = 'network_closed';

  constructor() {
    super('An inference worker has no network.');
  }
}

/** Asks for addresses; each of them could carry words out. */
const nameQuestions = /^(?:lookup|resolve|reverse)/;

/**
 * Takes the network away from this process, for good: no connection, no server, no datagram, no look-up of a name.
 * Node 24's permission model does not know the network, so this stands beside what the system offers (`fences.ts`).
 */
export function closeNetwork(): void {
  close(net.Socket.prototype, ['connect']);
  close(net.Server.prototype, ['listen']);
  // Hands out a handle of the system, from which a connection could be made without a socket.
  close(net, ['_createServerHandle', 'createServer', 'createConnection', 'connect']);
  close(dgram, ['createSocket', '_createSocketHandle']);
  close(dgram.Socket.prototype, ['bind', 'connect', 'send', 'sendto']);
  for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    close(
      holder,
      functionsOf(holder).filter((name) => nameQuestions.test(name)),
    );
  }
  syncBuiltinESMExports();
}

function functionsOf(holder: object): string[] {
  const own = Object.getOwnPropertyNames(holder);
  const parent: unknown = Object.getPrototypeOf(holder);
  return parent instanceof Object && parent !== Object.prototype ? [...own, ...functionsOf(parent)] : own;
}

/** Not writable and not configurable, so that nobody puts the old ones back. */
function close(holder: object, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(holder, name, { value: refuse, writable: false, configurable: false });
  }
}

function refuse(): never {
  throw new NetworkClosedError();
}
