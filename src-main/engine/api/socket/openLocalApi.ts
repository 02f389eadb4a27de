import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { EngineFile } from '#shared/api/handshake.ts';
import { writeJsonFile } from '#node/privateFile.ts';
import { checkAddress } from './addressRules.ts';
import { listenOnPort } from './listenOnPort.ts';
import type { LocalApi, LocalApiOptions } from '#engine/api/LocalApi.ts';
import { LocalSecrets } from './LocalSecrets.ts';
import { LocalSocketTransport } from './LocalSocketTransport.ts';
import { pageHeaders } from './pageHeaders.ts';
import { answerText, StaticPages } from './StaticPages.ts';

/**
 * Opens the local API on 127.0.0.1 and announces it to the owner's programs in `engine.json`.
 * Rejects with a SwarmError `port_taken`, `storage_full` or `storage_read_only`.
 */
export async function openLocalApi(options: LocalApiOptions): Promise<LocalApi> {
  const secrets = new LocalSecrets(options.runFolder);
  const server = servePages(new StaticPages(options.pageFolder));
  const { port, moved } = await listenOnPort(server, { asked: options.port, kept: secrets.port });
  const newAddress = (): string => `http://127.0.0.1:${port}/#code=${secrets.newCode()}`;
  const handlers = {
    ...options.handlers,
    'ui.address': async () => ({ ui: newAddress() }),
    // Each connection answers this itself.
    'samples.watch': async () => ({}),
  };
  const transport = new LocalSocketTransport(server, { ...options, handlers }, secrets);
  const engineFile = path.join(options.runFolder, 'engine.json');
  const close = async (): Promise<void> => {
    rmSync(engineFile, { force: true });
    server.closeIdleConnections();
    await transport.close();
    server.closeAllConnections();
  };
  try {
    secrets.keepPort(port);
    const { pid, version, clock } = options;
    const told: EngineFile = { pid, startedAt: clock.now(), port, secret: secrets.owner, version };
    writeJsonFile(engineFile, told);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, portMoved: moved, newAddress, close };
}

function servePages(pages: StaticPages): Server {
  const server = createServer((request, response) => {
    const port = request.socket.localPort ?? 0;
    const problem = checkAddress(request.headers, port);
    if (problem === undefined) pages.serve(request, response, pageHeaders(port));
    else answerText(response, 403, `Refused: ${problem}\n`);
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  return server;
}
