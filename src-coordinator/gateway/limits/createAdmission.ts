import { SwarmError } from '#shared/domain/errorCodes.ts';
import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { AccountRates } from './AccountRates.ts';
import type { ToCoordinator } from '#shared/protocol/messages.ts';
import { SessionRates } from './SessionRates.ts';

/** Types of messages that only an authenticated node may send. */
export type ProvenType = Exclude<keyof ToCoordinator, 'session:open' | 'session:prove'>;

/** The part of an authenticated session that limits depend on. */
interface Limited {
  readonly nodeId: string;
  readonly accountId: string;
}

/** Checks each message of an authenticated node before it is processed. */
export interface Admission {
  /** Records that the node is alive; throws `rate_limited` or `overloaded` when it sends too much. */
  readonly admit: (session: Limited, type: ProvenType) => void;
  /** Counts a message without effect: refused, or about work that is over. False when there were too many. */
  readonly fruitless: (session: Limited) => boolean;
}

/**
 * Limit on messages without effect. A node sends some after its work was cancelled, and those in its outbox after a restart
 * of the coordinator; when told to wait, it resends them later. A message of one mebibyte costs about 20 ms.
 */
const fruitlessLimit = { perSecond: 2, burst: 60 } as const;

/** Limit on heartbeats; a node sends one every 15 s. */
const beatLimit = { perSecond: 5, burst: 50 } as const;

const renewalsAtOnce = 10;

/** Work is limited per run and by its messages without effect; all other messages except renewals count against the account. */
const work: readonly ProvenType[] = ['task:progress', 'task:result', 'node:beat', 'lease:renew'];

/** Limits per session and per account. */
export function createAdmission(needs: {
  readonly clock: Clock;
  readonly rates: AccountRates;
  /** Records that the node is alive. */
  readonly seen: (nodeId: string) => void;
}): Admission {
  const { clock, rates, seen } = needs;
  const limits: Partial<Record<ProvenType, SessionRates>> = {
    'lease:renew': new SessionRates(wireLimits.renewalsPerSecond, renewalsAtOnce),
    'link:probe': new SessionRates(wireLimits.probesPerSecond, wireLimits.probesAtOnce),
    'node:beat': new SessionRates(beatLimit.perSecond, beatLimit.burst),
  };
  const fruitless = new SessionRates(fruitlessLimit.perSecond, fruitlessLimit.burst);
  return {
    admit(session, type) {
      const now = clock.monotonic();
      seen(session.nodeId);
      if (limits[type]?.take(session, now) === false) throw new SwarmError('rate_limited');
      if (work.includes(type)) {
        if (fruitless.isEmpty(session, now)) throw new SwarmError('rate_limited', 'Too many messages without effect.');
        return;
      }
      const verdict = rates.take(session.accountId, now);
      if (verdict === 'account') throw new SwarmError('rate_limited');
      if (verdict === 'total') throw new SwarmError('overloaded', 'This coordinator has reached its request limit.');
    },
    fruitless: (session) => fruitless.take(session, clock.monotonic()),
  };
}
