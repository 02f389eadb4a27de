import { randomBytes } from 'node:crypto';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { Rooms } from '#coordinator/compose/wireRooms.ts';
import type { Admission } from '#coordinator/gateway/limits/createAdmission.ts';
import type { MessageHandlers } from './MessageHandlers.ts';

interface HandlerNeeds {
  readonly clock: Clock;
  readonly store: CoordinatorStore;
  readonly rooms: Rooms;
  readonly fruitless: Admission['fruitless'];
}

/** What each message of a proven node does: one line each, into the room that knows. */
export function createMessageHandlers({ clock, store, rooms, fruitless }: HandlerNeeds): MessageHandlers {
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
    'task:progress': async (from, message) => {
      const reply = await progress.receive(from.nodeId, message);
      if (reply.state !== 'running') fruitless(from);
      return reply;
    },
    'task:result': async (from, message) => {
      const isRunning = rooms.open.run(message.assignmentId) !== undefined;
      const reply = await results.receive(from.nodeId, message);
      if (!isRunning || reply.state === 'incomplete') fruitless(from);
      return reply;
    },
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
