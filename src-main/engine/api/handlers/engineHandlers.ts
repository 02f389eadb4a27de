import { SwarmError } from '#shared/domain/errorCodes.ts';
import { benchHandlers } from './benchHandlers.ts';
import type { EngineRooms } from '#engine/api/snapshot/EngineRooms.ts';
import type { EngineHandlers } from '#engine/api/Engine.ts';
import { tryHandlers } from './tryHandlers.ts';
import { tomorrowMorning } from '#engine/contribution/policy/snoozeUntil.ts';

const dayMs = 86_400_000;

/** The handlers of the commands that the engine itself serves. */
export function createHandlers(rooms: EngineRooms): EngineHandlers {
  const { submissions, settings, controller, membership, clock } = rooms;
  return {
    ...readingHandlers(rooms),
    ...identityHandlers(rooms),
    ...tryHandlers(rooms),
    ...benchHandlers(rooms),
    'task.quote': ({ submission }) => submissions.quote(submission),
    'task.submit': async ({ submission, detach }) => ({ taskId: await submissions.submit(submission, { detach }) }),
    'task.cancel': async ({ taskId }) => {
      await submissions.cancel(taskId);
      return {};
    },
    'task.forget': async ({ taskId }) => {
      await submissions.forget(taskId);
      return {};
    },
    'task.follow': async ({ taskId }) => ({ taskId, from: 0, ...submissions.answer(taskId) }),
    'contribution.set': async ({ on }) => {
      await settings.set({ 'contribution.on': on });
      return {};
    },
    'contribution.pause': async ({ forMs, until, finish = false }) => {
      const now = clock.now();
      const end = forMs === null ? 'forever' : Math.round(now + forMs);
      await settings.snooze(until === 'tomorrow' ? tomorrowMorning(now) : end, finish);
      return {};
    },
    'contribution.resume': async () => {
      await settings.resume();
      return {};
    },
    'contribution.senses': async () => ({ senses: controller.senses() }),
    'session.report': async (report) => {
      controller.report(report);
      return {};
    },
    'settings.set': (change) => settings.set(change),
    'swarm.join': async ({ address, secret, invite, allowPlain }) => {
      await membership.join({
        address,
        allowPlain,
        ...(secret === undefined ? {} : { secret }),
        ...(invite === undefined ? {} : { invite }),
      });
      return {};
    },
    'swarm.leave': async () => {
      await membership.leave();
      return {};
    },
  };
}

type Reading = 'task.list' | 'task.get' | 'earnings.report' | 'ledger.list' | 'reputation.path';

function readingHandlers({ membership, store, clock }: EngineRooms): Pick<EngineHandlers, Reading> {
  /** The ledger of no swarm is empty. */
  const shown = (): string => membership.shown() ?? '';
  return {
    'task.list': async (filter) => store.tasks.list(shown(), filter),
    'task.get': async ({ taskId, role }) => {
      const detail = store.tasks.detail(shown(), taskId, role);
      if (detail === undefined) throw new SwarmError('not_found', 'No task has this id.', { field: 'taskId' });
      return detail;
    },
    'earnings.report': async ({ period }) => store.earnings.report(shown(), period, clock.now()),
    'ledger.list': async (page) => store.ledger.list(shown(), page),
    'reputation.path': async ({ days }) => ({ points: store.reputation.path(shown(), clock.now() - days * dayMs) }),
  };
}

type OfIdentity = 'identity.export' | 'identity.import' | 'onboarding.finish';

function identityHandlers(rooms: EngineRooms): Pick<EngineHandlers, OfIdentity> {
  const { identity, settings, announcer, store, clock } = rooms;
  return {
    'identity.export': async ({ passphrase }) => {
      const backup = await identity.exportBackup(settings.all['node.name'], passphrase);
      await store.write(() => store.settings.setMark('backedUpAt', Math.round(clock.now())));
      announcer.changed('identity');
      return { backup };
    },
    'identity.import': async ({ backup, passphrase }) => {
      await importIdentity(rooms, { backup, passphrase });
      return {};
    },
    'onboarding.finish': async ({ name }) => {
      if (name !== undefined) await settings.set({ 'node.name': name });
      await store.write(() => store.settings.setMark('onboarded', true));
      announcer.changed('identity');
      return {};
    },
  };
}

/**
 * Becomes another account. The money and reputation on record belong to the former one, so this machine forgets them (the
 * coordinator keeps them); tasks stay as history. Then it enrols as a fresh node of the account.
 */
async function importIdentity(rooms: EngineRooms, input: { backup: string; passphrase: string }): Promise<void> {
  const { store, identity, membership, executor, submissions, outbox, client, announcer } = rooms;
  if (executor.running.length + submissions.open.length + outbox.count() > 0) {
    throw new SwarmError('conflict', 'Tasks are running. Wait until they have finished, then restore the identity.');
  }
  await identity.importBackup(input.backup, input.passphrase);
  client.disconnect('another identity');
  await store.write(() => {
    for (const { swarmId } of store.swarms.list()) {
      store.swarms.forgetStanding(swarmId);
      store.ledger.forget(swarmId);
      store.reputation.forget(swarmId);
    }
  });
  if (membership.current() !== null) await membership.enrolAgain();
  membership.open();
  announcer.changed('identity', 'money', 'reputation', 'swarm');
}
