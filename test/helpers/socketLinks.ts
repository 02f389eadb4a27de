import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attachSockets } from '#coordinator/gateway/sockets/socketTransport.ts';
import { SocketIoDialer } from '#engine/swarmLink/client/socketIoTransport.ts';
import { systemClock } from '#node/systemClock.ts';
import type { Link } from '#shared/protocol/link.ts';

/** The product's own sockets on a free port of this machine. */
export async function openSocketLinks() {
  const http = createServer();
  const accepted: ((link: Link) => void)[] = [];
  let ids = 0;
  const newId = (): string => `m${(ids += 1)}`;
  const sockets = attachSockets(http, {
    clock: systemClock,
    newId,
    addressOf: (peer) => peer,
    allow: () => Promise.resolve(true),
    accept: (link) => accepted.shift()?.(link),
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  const dialer = new SocketIoDialer({ clock: systemClock, newId });
  return {
    /** Both ends of a new connection: `near` dialled. One at a time. */
    async connect(): Promise<{ near: Link; far: Link }> {
      const far = new Promise<Link>((resolve) => void accepted.push(resolve));
      const near = await dialer.dial(`http://127.0.0.1:${port}`, new AbortController().signal);
      return { near, far: await far };
    },
    async close(): Promise<void> {
      sockets.close();
      await new Promise((resolve) => {
        http.close(resolve);
      });
    },
  };
}
