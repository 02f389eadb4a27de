import { SwarmError } from '#shared/domain/errorCodes.ts';
import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { AccountRates } from './AccountRates.ts';
import type { ToCoordinator } from '#shared/protocol/messages.ts';
import { SessionRates } from './SessionRates.ts';

/** Messages that only a proven node may send. */
export type ProvenType = Exclude<keyof ToCoordinator, 'session:open' | 'session:prove'>;

/** A proven session, as far as limits are concerned. */
interface Limited {
  readonly nodeId: string;
  readonly accountId: string;
}

/** Looks at each message of a proven node before it is read any further. */
export interface Admission {
  /** Notes a sign of life and throws `rate_limited` or `overloaded` when there is too much of it. */
  readonly admit: (session: Limited, type: ProvenType) => void;
  /** Counts a message that led nowhere: refused, or about work that is over. False when there were too many of them. */
  readonly fruitless: (session: Limited) => boolean;
}

/**
 * Messages that lead nowhere. A node sends some after its work was cancelled, and what waited in its outbox after a restart
 * of the coordinator; it sends them again later when it is told to wait. One of a mebibyte costs some 20 ms.
 */
const fruitlessLimit = { perSecond: 2, burst: 60 } as const;

/** A node beats every 15 s. */
const beatLimit = { perSecond: 5, burst: 50 } as const;

const renewalsAtOnce = 10;

/** Work is limited per run and by what of it leads nowhere; everything but work and renewals counts against the account. */
const work: readonly ProvenType[] = ['task:progress', 'task:result', 'node:beat', 'lease:renew'];

/** Limits per session and per account. */
export function createAdmission(needs: {
  readonly clock: Clock;
  readonly rates: AccountRates;
  /** The node showed a sign of life. */
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
        if (fruitless.isEmpty(session, now))
          throw new SwarmError('rate_limited', 'Too many messages that lead nowhere.');
        return;
      }
      const verdict = rates.take(session.accountId, now);
      if (verdict === 'account') throw new SwarmError('rate_limited');
      if (verdict === 'total')
        throw new SwarmError('overloaded', 'This coordinator serves as many requests as it can.');
    },
    fruitless: (session) => fruitless.take(session, clock.monotonic()),
  };
}
