import { randomBytes } from 'node:crypto';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { reputationOf } from '#shared/domain/swarm/reputation.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { requesterFrames } from '#coordinator/gateway/delivery/requesterFrames.ts';
import type { Admission } from '#coordinator/gateway/limits/createAdmission.ts';
import type { Intake } from '#coordinator/swarm/intake/Intake.ts';
import type { OwnTasks } from '#coordinator/swarm/intake/OwnTasks.ts';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import type { Reception } from '#coordinator/swarm/nodes/Reception.ts';
import type { Leases } from '#coordinator/swarm/tasks/Leases.ts';
import type { Progress } from '#coordinator/swarm/tasks/runs/Progress.ts';
import type { Results } from '#coordinator/swarm/tasks/runs/Results.ts';
import type { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';
import type { MessageHandlers } from './MessageHandlers.ts';

interface HandlerNeeds {
  readonly clock: Clock;
  readonly queries: Queries;
  readonly fruitless: Admission['fruitless'];
  readonly rooms: {
    readonly channels: NodeChannels;
    readonly health: () => z.infer<typeof SwarmHealth>;
    readonly intake: Intake;
    readonly leases: Leases;
    readonly life: TaskLife;
    readonly ownTasks: OwnTasks;
    readonly progress: Progress;
    readonly reception: Reception;
    readonly relay: FrameRelay;
    readonly results: Results;
  };
}

/** Routes each message of an authenticated node to the room that handles it. */
export function createMessageHandlers({ clock, queries, rooms, fruitless }: HandlerNeeds): MessageHandlers {
  const { channels, reception, leases, life, progress, results, intake, ownTasks, relay } = rooms;
  return {
    'node:update': ({ capabilities }, from) => {
      reception.update(from.nodeId, capabilities);
      return {};
    },
    'node:beat': () => ({ serverTime: clock.now(), health: rooms.health() }),
    'link:probe': ({ answerBytes }) => ({ filler: fillerOf(answerBytes) }),
    'lease:renew': ({ assignmentIds }, from) => {
      for (const assignmentId of assignmentIds) leases.renew(from.nodeId, assignmentId);
      return {};
    },
    'task:progress': async (message, from) => {
      const reply = await progress.receive(from.nodeId, message);
      if (reply.state !== 'running') fruitless(from);
      return reply;
    },
    'task:result': async (message, from) => {
      const isRunning = life.run(message.assignmentId) !== undefined;
      const reply = await results.receive(from.nodeId, message);
      if (!isRunning || reply.state === 'incomplete') fruitless(from);
      return reply;
    },
    'task:quote': ({ submission, promptBytes }, from) => intake.quote(from, submission, promptBytes),
    'task:submit': ({ taskId, submission }, from) => intake.submit(from, taskId, submission),
    'task:cancel': ({ taskId }, from) => ownTasks.cancel(from.accountId, taskId),
    'task:follow': async (where, from) => {
      const frames = relay.watch(where.taskId, requesterFrames(channels, from.nodeId));
      const followed = await ownTasks.follow(from.accountId, where, frames);
      // After the reply has left, which brings what is stored.
      clock.setTimer(0, followed.begin);
      return followed.reply;
    },
    'task:forget': async ({ taskId }, from) => {
      await ownTasks.forget(from.accountId, taskId);
      return {};
    },
    'account:read': async (_, { accountId, nodeId }) => {
      const [node, balances] = await Promise.all([queries.node(nodeId), queries.balances(accountId)]);
      if (node === undefined) throw new SwarmError('not_enrolled');
      const { reputation: reputationState } = node;
      const reputation = reputationOf(reputationState, clock.now());
      return { accountId, nodeId, balances, reputation, reputationState };
    },
    'ledger:read': ({ after, limit }, from) => queries.entries(from.accountId, after, limit),
  };
}

/** Random letters, which compression on the way cannot shorten much. */
function fillerOf(bytes: number): string {
  return randomBytes(Math.ceil((bytes * 3) / 4))
    .toString('base64')
    .slice(0, bytes);
}
