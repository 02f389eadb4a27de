import { networkInterfaces } from 'node:os';

/** The content of an invite link. */
export interface Invited {
  /** `host:port`, or only `host` for the default port of https. */
  readonly host: string;
  readonly swarmId: string;
  readonly secret: string;
}

/** The link `openswarm://host:port#swarmId.secret`, which contains all that is needed to join a private swarm. */
export function inviteLink({ host, swarmId, secret }: Invited): string {
  return `openswarm://${host}#${swarmId}.${secret}`;
}

/** Whether listening on this host means all network interfaces. */
export function listensEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** IPv4 address of this computer on the local network; null without a network. */
export function networkAddress(interfaces = networkInterfaces()): string | null {
  const found = Object.values(interfaces).flatMap((each) => each ?? []);
  const [address] = found.filter(({ internal, family }) => !internal && family === 'IPv4');
  return address?.address ?? null;
}
