import type { Server } from 'node:http';
import { SwarmError } from '#shared/domain/errorCodes.ts';

/** The port to listen on. */
export interface PortWish {
  /** Asked for explicitly; 0 means any free one. */
  readonly asked: number | undefined;
  /** The one of the last run. */
  readonly kept: number | null;
}

/** The port that was taken; `moved` when another program uses the one of the last run. */
export interface TakenPort {
  readonly port: number;
  readonly moved: boolean;
}

/** Binds to 127.0.0.1. Rejects with a SwarmError `port_taken` when an explicitly requested port is in use. */
export async function listenOnPort(server: Server, wish: PortWish): Promise<TakenPort> {
  if (wish.asked !== undefined) return { port: await listen(server, wish.asked), moved: false };
  if (wish.kept === null) return { port: await listen(server, 0), moved: false };
  try {
    return { port: await listen(server, wish.kept), moved: false };
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    return { port: await listen(server, 0), moved: true };
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(taken ? new SwarmError('port_taken', `Port ${port} is used by another program.`) : error);
    };
    server.once('error', failed);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', failed);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port');
  return address.port;
}
