import { networkInterfaces } from 'node:os';

export interface Invited {
  /** `host:port`, or `host` alone for the usual port of https. */
  readonly host: string;
  readonly swarmId: string;
  readonly secret: string;
}

/** `openswarm://host:port#swarmId.secret`: all that is needed to join a private swarm. */
export function inviteLink({ host, swarmId, secret }: Invited): string {
  return `openswarm://${host}#${swarmId}.${secret}`;
}

/** True for a host to listen on that means every network of the computer. */
export function listensEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The address by which computers of the same network reach this one; null without a network. */
export function networkAddress(interfaces = networkInterfaces()): string | null {
  const found = Object.values(interfaces).flatMap((each) => each ?? []);
  const [address] = found.filter(({ internal, family }) => !internal && family === 'IPv4');
  return address?.address ?? null;
}
