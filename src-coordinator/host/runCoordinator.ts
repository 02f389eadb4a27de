import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ulid } from 'ulid';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { microPerCredit, parseCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Logger } from '#shared/util/logger.ts';
import { lockFolder } from '#node/folderLock.ts';
import { inviteLink, listensEverywhere, networkAddress } from '#node/inviteLink.ts';
import { keyId } from '#node/keys/keys.ts';
import { storageError } from '#node/storageError.ts';
import { openSecret, readSecret } from '#node/swarmSecret.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import {
  installationCatalogue,
  mergeCatalogues,
  readOwnCatalogue,
} from '#coordinator/catalogue/coordinatorCatalogue.ts';
import type { RateLimits } from '#coordinator/gateway/limits/AccountRates.ts';
import { callerAddress } from '#coordinator/gateway/limits/callerAddress.ts';
import { attachSockets } from '#coordinator/gateway/sockets/socketTransport.ts';
import { type Coordinator, createCoordinator } from '#coordinator/compose/createCoordinator.ts';
import { downTime, keepAliveMark, openKeys } from './dataFolder.ts';
import type { SwarmIdentity } from '#coordinator/members/SwarmIdentity.ts';
import { createPinoLogger } from '#coordinator/observability/pinoLogger.ts';
import { ownAddressesOf, urlHost } from './ownAddresses.ts';
import { createHttpServer, type HttpServerNeeds } from '#coordinator/gateway/http/createHttpServer.ts';
import type { StrangerRate } from '#coordinator/gateway/http/RequestGuard.ts';
import type { AddressOf } from '#coordinator/gateway/http/RequestGuard.ts';
import { openStorage } from '#coordinator/storage/openStorage.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';

export interface RunCoordinatorOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Folder of its keys and database; created if missing. */
  readonly data: string;
  readonly private: boolean;
  /** Credits granted once per account; by default 100 in a private swarm, 0 in a public one. */
  readonly grant?: string | undefined;
  readonly name?: string | undefined;
  /** Further addresses at which nodes reach it, for example through a proxy. */
  readonly publicUrls?: readonly string[];
  readonly trustProxy?: boolean;
  readonly logger?: Logger;
  readonly rates?: RateLimits;
  readonly strangerRate?: StrangerRate;
  /** Catalogue to which the operator's own models are added; by default the installation's. */
  readonly catalogue?: Catalogue;
}

/** A coordinator that serves requests. */
export interface RunningCoordinator {
  readonly url: string;
  readonly swarmId: string;
  /** Absolute path of its data folder. */
  readonly data: string;
  /** `openswarm://host:port#swarmId.secret`; null in public swarms and after the secret was revoked. */
  readonly invite: string | null;
  readonly coordinator: Coordinator;
  /** Refuses new requests, finishes pending writes and releases the folder. */
  stop(): Promise<void>;
}

/** Micro-credits set aside once for welcome tasks. */
const incentives = 10n * microPerCredit;

/**
 * Starts a coordinator on a data folder. Rejects with a SwarmError: `already_running`, `port_taken`, `storage_…`,
 * `conflict` if the folder holds the other kind of swarm.
 */
export async function runCoordinator(options: RunCoordinatorOptions): Promise<RunningCoordinator> {
  const data = path.resolve(options.data);
  const lock = lockDataFolder(data);
  let opened: Storage | undefined;
  try {
    const { swarmKey, tokenKey } = openKeys(data, options.private);
    if (options.private) openSecret(data, systemRandom);
    const swarmId = keyId('swm', swarmKey.publicKey);
    const catalogue = mergeCatalogues(readOwnCatalogue(data), options.catalogue ?? installationCatalogue());
    const logger = options.logger ?? createPinoLogger({ service: 'coordinator' });
    const storage = openStorage({
      folder: data,
      clock: systemClock,
      swarmId,
      signingKey: swarmKey,
      private: options.private,
      incentives,
      writer: 'thread',
      downMs: downTime(data, systemClock),
    });
    opened = storage;
    const addresses: string[] = [];
    const coordinator = createCoordinator({
      clock: systemClock,
      random: systemRandom,
      logger,
      storage,
      signingKey: swarmKey,
      tokenKey,
      catalogue,
      swarm: swarmOf(options, data, addresses),
      ...(options.rates === undefined ? {} : { rates: options.rates }),
    });
    const served = await serve({ options, coordinator, storage, logger, addresses });
    const stopAliveMark = keepAliveMark(data, systemClock);
    logger.info('The coordinator is ready', { url: served.url, swarm_id: swarmId });
    return {
      url: served.url,
      swarmId,
      data,
      invite: options.private ? inviteOf(options, served.url, { swarmId, secret: readSecret(data) }) : null,
      coordinator,
      async stop() {
        await served.stop();
        stopAliveMark();
        lock.release();
      },
    };
  } catch (error) {
    await opened?.close();
    lock.release();
    throw error;
  }
}

function lockDataFolder(data: string): { release(): void } {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw storageError(error);
  }
  return lockFolder(data);
}

function swarmOf(options: RunCoordinatorOptions, data: string, addresses: readonly string[]): SwarmIdentity {
  const defaultGrant = options.private ? '100' : '0';
  return {
    name: options.name ?? (options.private ? 'Private swarm' : 'Open Swarm'),
    private: options.private,
    grant: parseCredits(options.grant ?? defaultGrant),
    secret: () => (options.private ? readSecret(data) : null),
    ownAddresses: () => addresses,
  };
}

function newId(): string {
  return ulid(systemClock.now(), () => systemRandom.fraction());
}

interface ServeFacts {
  readonly options: RunCoordinatorOptions;
  readonly coordinator: Coordinator;
  readonly storage: Storage;
  readonly logger: Logger;
  /** Filled once the port is known. */
  readonly addresses: string[];
}

async function serve(facts: ServeFacts): Promise<{ url: string; stop(): Promise<void> }> {
  const { options, coordinator, logger } = facts;
  let ready = false;
  const { app, allowAddress } = createHttpServer({ ...httpNeeds(facts), newId, isReady: () => ready });
  const sockets = attachSockets(app.server, {
    clock: systemClock,
    newId,
    addressOf: addressRule(options),
    allow: allowAddress,
    accept: (link) => coordinator.accept(link),
  });
  const port = await listen(() => app.listen({ host: options.host, port: options.port }), options);
  facts.addresses.push(...ownAddressesOf(options.host, port, options.publicUrls ?? []));
  await coordinator.start();
  ready = true;
  return {
    url: `http://${urlHost(listensEverywhere(options.host) ? '127.0.0.1' : options.host)}:${port}`,
    async stop() {
      ready = false;
      logger.info('The coordinator is stopping');
      await coordinator.stop();
      sockets.close();
      await app.close();
    },
  };
}

/** The same rule for HTTP and sockets, so that neither trusts a header that the other does not. */
function addressRule({ trustProxy = false }: RunCoordinatorOptions): AddressOf {
  return (peer, forwarded) => callerAddress(peer, forwarded, trustProxy);
}

function httpNeeds(facts: ServeFacts): Omit<HttpServerNeeds, 'newId' | 'isReady'> {
  const { options, coordinator, storage, logger } = facts;
  return {
    coordinator,
    books: storage.books,
    queries: storage.queries,
    logger,
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    addressOf: addressRule(options),
    ...(options.strangerRate === undefined ? {} : { strangerRate: options.strangerRate }),
  };
}

async function listen(start: () => Promise<string>, { host, port }: RunCoordinatorOptions): Promise<number> {
  try {
    return Number(new URL(await start()).port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE') {
      throw new SwarmError('port_taken', `Port ${port} on ${host} is in use by another program.`, { cause: error });
    }
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES') {
      throw new SwarmError('port_taken', `The address ${host}:${port} cannot be used.`, { cause: error });
    }
    throw error;
  }
}

/** The invite link. It names the first public address, otherwise this computer's address in its network. */
function inviteOf(
  { host, publicUrls = [] }: RunCoordinatorOptions,
  url: string,
  { swarmId, secret }: { swarmId: string; secret: string | null },
): string | null {
  if (secret === null) return null;
  const { host: served, port } = new URL(publicUrls[0] ?? url);
  const network = publicUrls.length === 0 && listensEverywhere(host) ? networkAddress() : null;
  return inviteLink({ host: network === null ? served : `${network}:${port}`, swarmId, secret });
}
