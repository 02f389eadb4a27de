import type { SwarmEvent } from '#shared/protocol/events.ts';
import type { Announcer } from '#engine/api/snapshot/Announcer.ts';
import { Submissions } from '#engine/requests/Submissions.ts';
import { EventReceiver } from '#engine/swarmLink/accounting/EventReceiver.ts';
import { LedgerReader } from '#engine/swarmLink/accounting/LedgerReader.ts';
import { Reconciler } from '#engine/swarmLink/accounting/Reconciler.ts';
import type { CoordinatorClient } from '#engine/swarmLink/client/CoordinatorClient.ts';
import type { Keyring } from '#engine/swarmLink/identity/Keyring.ts';
import type { EnginePorts } from './EnginePorts.ts';

/** The rooms of a requester: its tasks, durable events, money. */
export type RequestRooms = ReturnType<typeof composeRequests>;

interface RequestNeeds {
  readonly announcer: Announcer;
  readonly client: CoordinatorClient;
  readonly identity: Keyring;
  readonly swarmId: () => string | null;
}

/** Composes the submission of the owner's tasks and the accounting. */
export function composeRequests(ports: EnginePorts, { announcer, client, identity, swarmId }: RequestNeeds) {
  const { clock, random, logger, store } = ports;
  const ask: CoordinatorClient['request'] = (type, payload) => client.request(type, payload);
  const submissions = new Submissions({
    clock,
    random,
    logger,
    store,
    swarmId,
    connected: () => client.connected,
    reconnect: () => client.retryNow(),
    ask,
    emit: announcer.emit,
    onChange: () => announcer.changed('tasks'),
  });
  const ledgerReader = new LedgerReader({
    clock,
    store,
    swarmId,
    ask,
    onChange: () => announcer.changed('money', 'reputation'),
  });
  const reconciler = new Reconciler({
    clock,
    store,
    swarmId,
    readLedger: () => ledgerReader.read(),
    onChange: () => announcer.changed('money'),
  });
  const events = new EventReceiver({
    store,
    logger,
    swarm: () => {
      const current = swarmId();
      return current === null ? null : (store.swarms.get(current) ?? null);
    },
    identity: () => identity.current,
    storeView: (swarm, view, text) => submissions.storeView(swarm, view, text),
    onEvent: (event) => announceEvent(event, { submissions, reconciler, announcer }),
  });
  return { submissions, ledgerReader, reconciler, events };
}

interface EventListeners {
  readonly announcer: Announcer;
  readonly submissions: Submissions;
  readonly reconciler: Reconciler;
}

/** Announces the effects of an event that is stored. */
function announceEvent(event: SwarmEvent, { submissions, reconciler, announcer }: EventListeners): void {
  switch (event.type) {
    case 'task:updated':
      return submissions.announceView(event.task, null);
    case 'task:completed':
      submissions.announceView(event.task, event.text);
      return reconciler.touch(event.task.taskId);
    case 'earnings:credited':
      reconciler.touch(event.earning.taskId);
      return announcer.changed('money');
    case 'ledger:entry':
      reconciler.touch(event.entry.taskId);
      return announcer.changed('money');
    case 'reputation:updated':
      return announcer.changed('reputation');
    case 'system:announcement':
      return undefined;
  }
}
