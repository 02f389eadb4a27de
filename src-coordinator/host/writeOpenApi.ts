import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { createCoordinator } from '#coordinator/compose/createCoordinator.ts';
import { createPinoLogger } from '#coordinator/observability/pinoLogger.ts';
import { openStorage } from '#coordinator/storage/openStorage.ts';
import { openApiDocument } from '#coordinator/gateway/http/openApi.ts';
import { allRoutes } from '#coordinator/gateway/http/routes.ts';
import { taskEvents } from '#coordinator/gateway/http/taskEvents.ts';

// Writes the OpenAPI document of the REST interface: node src-coordinator/host/writeOpenApi.ts docs/openapi.json

/** The document as text, generated from the routes of a coordinator that never serves. */
async function openApiText(): Promise<string> {
  const signingKey = createSigningKey();
  const storage = openStorage({
    folder: ':memory:',
    clock: systemClock,
    swarmId: keyId('swm', signingKey.publicKey),
    signingKey,
    private: true,
    incentives: 0n,
  });
  const coordinator = createCoordinator({
    clock: systemClock,
    random: systemRandom,
    logger: createPinoLogger({ service: 'openapi' }),
    storage,
    signingKey,
    tokenKey: createSigningKey(),
    catalogue: { version: 1, models: [] },
    swarm: { name: '', private: true, grant: 0n, secret: () => null, ownAddresses: () => [] },
  });
  const routes = allRoutes({ coordinator, ...storage, now: () => 0, monotonic: () => 0, newId: () => '' });
  await storage.close();
  return `${JSON.stringify(openApiDocument([...routes, taskEvents]), null, 2)}\n`;
}

const file = path.resolve(process.argv[2] ?? 'docs/openapi.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, await openApiText());
