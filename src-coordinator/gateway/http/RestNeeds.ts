import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { z } from 'zod';
import type { Books } from '#coordinator/books/Books.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import type { AccountRates } from '#coordinator/gateway/limits/AccountRates.ts';
import type { AccessTokens } from '#coordinator/members/AccessTokens.ts';
import type { Enrolment } from '#coordinator/members/Enrolment.ts';
import type { SwarmIdentity } from '#coordinator/members/SwarmIdentity.ts';
import type { Metrics } from '#coordinator/observability/Metrics.ts';
import type { RefusalAudit } from '#coordinator/observability/RefusalAudit.ts';
import type { Intake } from '#coordinator/swarm/intake/Intake.ts';
import type { OwnTasks } from '#coordinator/swarm/intake/OwnTasks.ts';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import type { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

/** The rooms of a coordinator that its REST routes use. */
export interface RestCoordinator {
  readonly swarm: SwarmIdentity;
  readonly enrolment: Enrolment;
  readonly tokens: AccessTokens;
  readonly rates: AccountRates;
  readonly metrics: Metrics;
  readonly refusals: RefusalAudit;
  readonly health: () => z.infer<typeof SwarmHealth>;
  readonly rooms: {
    readonly nodes: NodeRegistry;
    readonly life: TaskLife;
    readonly relay: FrameRelay;
    readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
    /** Demand multiplier in thousandths. */
    readonly demand: () => bigint;
    readonly ownTasks: OwnTasks;
    readonly intake: Intake;
  };
}

/** The dependencies of the REST routes. */
export interface RestNeeds {
  readonly coordinator: RestCoordinator;
  readonly books: Books;
  readonly queries: Queries;
  /** UTC milliseconds. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly newId: () => string;
}
