import { readFileSync } from 'node:fs';
import { type Coordinator, createCoordinator } from '#coordinator/compose/createCoordinator.ts';
import { openStorage } from '#coordinator/storage/openStorage.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import type { Http } from '#engine/ports/Http.ts';
import { createSigningKey, keyId, type SigningKey } from '#node/keys/keys.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import { Catalogue } from '#shared/domain/models/catalogue.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { EnrolRequest, EnrolResponse } from '#shared/protocol/enrolment.ts';
import type { Link, LinkDialer } from '#shared/protocol/link.ts';
import type { Clock } from '#shared/util/clock.ts';
import { linkPair } from './memoryLinks.ts';
import { silentLogger } from './silentLogger.ts';

export interface TestCoordinatorOptions {
  readonly folder: string;
  readonly address?: string;
  readonly private?: boolean;
  readonly grant?: string;
  /** Keys of the folder's swarm; new ones by default. */
  readonly keys?: { readonly swarmKey: SigningKey; readonly tokenKey: SigningKey };
  readonly clock?: Clock;
}

/** The real coordinator on a real store, dialled in memory; it can be stopped and started again over its folder. */
export class TestCoordinator {
  readonly address: string;
  /** What lets nodes in that were never here; may be renewed. */
  secret = 'c2VjcmV0LXNlY3JldC0xMg';
  readonly key: SigningKey;
  readonly swarmId: string;
  readonly #options: TestCoordinatorOptions;
  readonly #tokenKey: SigningKey;
  readonly #links = new Set<Link>();
  #running: { coordinator: Coordinator; storage: Storage } | null = null;

  constructor(options: TestCoordinatorOptions) {
    this.#options = options;
    this.key = options.keys?.swarmKey ?? createSigningKey();
    this.#tokenKey = options.keys?.tokenKey ?? createSigningKey();
    this.swarmId = keyId('swm', this.key.publicKey);
    this.address = options.address ?? 'http://127.0.0.1:4999';
  }

  /** What it knows of a connected node. */
  nodeOf(nodeId: string): ConnectedNode | undefined {
    return this.#running?.coordinator.rooms.nodes.get(nodeId);
  }

  get storage(): Storage {
    if (this.#running === null) throw new Error('The coordinator does not run');
    return this.#running.storage;
  }

  async start(): Promise<void> {
    const { folder, private: isPrivate = true, grant = '100', clock = systemClock } = this.#options;
    const storage = openStorage({
      folder,
      clock,
      swarmId: this.swarmId,
      signingKey: this.key,
      private: isPrivate,
      incentives: 0n,
    });
    const coordinator = createCoordinator({
      clock,
      random: systemRandom,
      logger: silentLogger,
      storage,
      signingKey: this.key,
      tokenKey: this.#tokenKey,
      catalogue: Catalogue.parse(JSON.parse(readFileSync('resources/catalogue.json', 'utf8'))),
      swarm: {
        name: 'Test swarm',
        private: isPrivate,
        grant: parseCredits(grant),
        secret: () => (isPrivate ? this.secret : null),
        ownAddresses: () => [this.address],
      },
    });
    await coordinator.start();
    this.#running = { coordinator, storage };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await running?.coordinator.stop();
    this.cut();
  }

  /** Cuts every connection, as a lost network would. */
  cut(): void {
    for (const link of this.#links) link.close('cut');
    this.#links.clear();
  }

  readonly dialer: LinkDialer = {
    dial: async () => {
      const running = this.#running;
      if (running === null) throw new SwarmError('not_connected');
      const { near, far } = linkPair();
      this.#links.add(near);
      running.coordinator.accept(far);
      return near;
    },
  };

  readonly http: Http = {
    post: async (url, body) => {
      if (this.#running === null) throw new SwarmError('not_connected');
      const { enrolment } = this.#running.coordinator;
      const respond = /\/v1\/enrol\/([^/]+)\/respond$/.exec(url);
      try {
        const answer =
          respond === null
            ? enrolment.begin(EnrolRequest.parse(body), '127.0.0.1')
            : await enrolment.respond(respond[1] ?? '', EnrolResponse.parse(body));
        return { status: 200, body: JSON.parse(JSON.stringify(answer)) as unknown };
      } catch (error) {
        return { status: 400, body: toWireError(error) };
      }
    },
  };
}
