import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { Link } from '#shared/protocol/link.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { z } from 'zod';
import { keyId, type SignedClaim, type SigningKey } from '#node/keys/keys.ts';
import { AccountRates, type RateLimits, usualRates } from '#coordinator/gateway/limits/AccountRates.ts';
import { createAdmission } from '#coordinator/gateway/limits/createAdmission.ts';
import { createMessageHandlers } from '#coordinator/gateway/sockets/createMessageHandlers.ts';
import { serveLink, sessionTable } from '#coordinator/gateway/sockets/serveLink.ts';
import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import { AccessTokens } from '#coordinator/members/AccessTokens.ts';
import { Enrolment } from '#coordinator/members/Enrolment.ts';
import { openSession } from '#coordinator/members/sessionProof.ts';
import type { SwarmIdentity } from '#coordinator/members/SwarmIdentity.ts';
import { watchClock } from '#coordinator/swarm/tasks/clockWatch.ts';
import { Metrics } from '#coordinator/observability/Metrics.ts';
import { RefusalAudit } from '#coordinator/observability/RefusalAudit.ts';
import type { CodeParser } from '#coordinator/judging/quality/CodeParser.ts';
import { ThreadParser } from '#coordinator/judging/quality/ThreadParser.ts';
import { recordAudit } from '#coordinator/books/commands/recordAudit.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import { composeRooms, type Rooms } from './composeRooms.ts';
import { startUpkeep } from './upkeep.ts';

/** The external dependencies of a coordinator. Simulations pass in a virtual clock, seeded randomness and in-memory links. */
export interface CoordinatorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly storage: Storage;
  /** The swarm's own key: the swarm's id is derived from it, and it signs challenges. */
  readonly signingKey: SigningKey;
  /** Signs only access tokens. */
  readonly tokenKey: SigningKey;
  readonly catalogue: Catalogue;
  readonly swarm: SwarmIdentity;
  readonly rates?: RateLimits;
  /** Verifies signatures of chunks. By default off the event loop; simulations verify inline. */
  readonly verify?: (claim: SignedClaim) => Promise<boolean>;
  /** Parses code. By default in a thread that can be terminated; simulations parse inline. */
  readonly parser?: CodeParser;
}

/** A running coordinator, independent of the transport of its links and requests (sockets, HTTP, memory). */
export interface Coordinator {
  readonly swarmId: string;
  readonly swarm: SwarmIdentity;
  readonly enrolment: Enrolment;
  readonly tokens: AccessTokens;
  readonly rooms: Rooms;
  readonly rates: AccountRates;
  readonly metrics: Metrics;
  readonly refusals: RefusalAudit;
  /** Serves one link of a node until it closes. */
  accept(link: Link): void;
  readonly health: () => z.infer<typeof SwarmHealth>;
  /** Resumes unfinished tasks and begins to serve. */
  start(): Promise<void>;
  /** Closes every session, waits for pending writes, and closes the storage. */
  stop(): Promise<void>;
}

/** Wires the rooms of one coordinator. Keeps no state outside the returned object. */
export function createCoordinator(ports: CoordinatorPorts): Coordinator {
  const { clock, logger, storage, swarm, signingKey } = ports;
  const { books, queries } = storage;
  const swarmId = keyId('swm', signingKey.publicKey);
  const metrics = new Metrics();
  const refusals = new RefusalAudit({ clock, logger, metrics, audit: (line) => books.run(recordAudit(line)) });
  const rates = new AccountRates(ports.rates ?? usualRates, clock.monotonic());
  const tokens = new AccessTokens({ ...ports, books, queries, swarmId });
  const enrolment = new Enrolment({ ...ports, books, queries, swarmId, swarmKey: signingKey, tokens });
  const parser = ports.parser ?? new ThreadParser(ports);
  const rooms = composeRooms({ ...ports, metrics, parser });
  const admission = createAdmission({ clock, rates, seen: (nodeId) => rooms.reception.seen(nodeId) });
  const handlers = createMessageHandlers({ clock, queries, rooms, fruitless: admission.fruitless });
  const table = sessionTable(handlers);
  const attach = (session: NodeSession) => {
    if (session.isClosed()) throw new SwarmError('not_connected');
    rooms.channels.attach(session);
  };
  const stops: (() => void)[] = [];
  let running = false;

  return {
    swarmId,
    swarm,
    enrolment,
    tokens,
    rooms,
    rates,
    metrics,
    refusals,
    health: rooms.health,
    accept(link) {
      if (!running) {
        link.close('the coordinator is not running');
        return;
      }
      serveLink(link, {
        clock,
        logger,
        table,
        admission,
        onRefused: (refusal) => refusals.note(refusal),
        door: {
          open: (payload) => openSession({ ...ports, queries, swarmId, swarmKey: signingKey }, payload),
          admit: async (session, proof) => {
            if (!running) throw new SwarmError('shutting_down');
            return rooms.reception.admit({ ...session, attach: () => attach(session) }, proof);
          },
          leave: (session, reason) => {
            if (rooms.channels.detach(session)) rooms.reception.leave(session.nodeId, reason);
          },
        },
      });
    },
    async start() {
      await rooms.births.recover();
      running = true;
      storage.events.onEvents((streams) => {
        for (const stream of streams) rooms.events.streamGrew(stream);
      });
      stops.push(watchClock(clock, () => rooms.leases.graceForAll()));
      stops.push(startUpkeep({ clock, logger, books, private: swarm.private }));
    },
    async stop() {
      running = false;
      for (const stop of stops.splice(0)) stop();
      await rooms.life.idle();
      // Tasks end first, so that a closing link does not look like a lost node.
      for (const { record } of rooms.life.all()) rooms.life.end(record.taskId, { record: null, runEvent: 'lose' });
      rooms.channels.closeAll('the coordinator is stopping');
      await parser.close();
      await storage.close();
    },
  };
}
