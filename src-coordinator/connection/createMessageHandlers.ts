import { randomBytes } from 'node:crypto';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { CoordinatorStore } from '#coordinator/store/CoordinatorStore.ts';
import type { Rooms } from '#coordinator/wireRooms.ts';
import type { AccountRates } from './AccountRates.ts';
import type { MessageHandlers, ProvenType } from './MessageHandlers.ts';
import type { NodeSession } from './NodeSession.ts';
import { TokenBucket } from './TokenBucket.ts';

interface HandlerNeeds {
  readonly clock: Clock;
  readonly store: CoordinatorStore;
  readonly rooms: Rooms;
}

/** What each message of a proven node does: one line each, into the room that knows. */
export function createMessageHandlers({ clock, store, rooms }: HandlerNeeds): MessageHandlers {
  const { reception, leases, progress, results, intake, desk, lives } = rooms;
  return {
    'node:update': (from, { capabilities }) => {
      reception.update(from, capabilities);
      return {};
    },
    'node:beat': () => ({ serverTime: clock.now(), health: rooms.health() }),
    'link:probe': (_from, { answerBytes }) => ({ filler: fillerOf(answerBytes) }),
    'lease:renew': (from, { assignmentIds }) => {
      for (const assignmentId of assignmentIds) leases.renew(from.nodeId, assignmentId);
      return {};
    },
    'task:progress': (from, message) => progress.receive(from.nodeId, message),
    'task:result': (from, message) => results.receive(from.nodeId, message),
    'task:quote': (from, { submission, promptBytes }) => intake.quote(from, submission, promptBytes),
    'task:submit': (from, { taskId, submission }) => intake.submit(from, taskId, submission),
    'task:cancel': (from, { taskId }) => desk.cancel(from.accountId, taskId),
    'task:follow': (from, where) => desk.follow(from.accountId, where, lives.listenerFor(from.nodeId)).reply,
    'task:forget': async (from, { taskId }) => {
      await desk.forget(from.accountId, taskId);
      return {};
    },
    'account:read': (from) => {
      const reputationState = store.node(from.nodeId)?.reputation;
      if (reputationState === undefined) throw new SwarmError('not_enrolled');
      return {
        accountId: from.accountId,
        nodeId: from.nodeId,
        balances: store.balances(from.accountId),
        reputation: rooms.reputationOf(from.nodeId),
        reputationState,
      };
    },
    'ledger:read': (from, { after, limit }) => store.entries(from.accountId, after, limit),
  };
}

/** Letters that compression on the way could not make much of. */
function fillerOf(bytes: number): string {
  return randomBytes(Math.ceil((bytes * 3) / 4))
    .toString('base64')
    .slice(0, bytes);
}

/** Work has limits of its own, per assignment; everything else counts against the account. */
const work: readonly ProvenType[] = ['task:progress', 'task:result', 'node:beat'];

/** Notes a sign of life, and refuses who sends too much. */
export function createAdmission(needs: {
  readonly clock: Clock;
  readonly rates: AccountRates;
  readonly seen: (session: NodeSession) => void;
}): (session: NodeSession, type: ProvenType) => void {
  const renewals = new WeakMap<NodeSession, TokenBucket>();
  const probes = new WeakMap<NodeSession, TokenBucket>();
  const { clock, rates, seen } = needs;
  return (session, type) => {
    const now = clock.monotonic();
    seen(session);
    if (type === 'lease:renew') {
      const bucket = renewals.get(session) ?? new TokenBucket(wireLimits.renewalsPerSecond, 10, now);
      renewals.set(session, bucket);
      if (!bucket.take(now)) throw new SwarmError('rate_limited');
      return;
    }
    if (type === 'link:probe') {
      const bucket = probes.get(session) ?? new TokenBucket(wireLimits.probesPerSecond, wireLimits.probesAtOnce, now);
      probes.set(session, bucket);
      if (!bucket.take(now)) throw new SwarmError('rate_limited');
    }
    if (work.includes(type)) return;
    const verdict = rates.take(session.accountId, now);
    if (verdict === 'account') throw new SwarmError('rate_limited');
    if (verdict === 'total') throw new SwarmError('overloaded', 'This coordinator serves as many requests as it can.');
  };
}
