import type { SwarmEvent } from '#shared/protocol/events.ts';
import { AgreementKeeper } from '#engine/swarmLink/accounting/AgreementKeeper.ts';
import { EventReceiver } from '#engine/swarmLink/accounting/EventReceiver.ts';
import { LedgerReader } from '#engine/swarmLink/accounting/LedgerReader.ts';
import type { BaseRooms, Wire } from './baseRooms.ts';
import type { EnginePorts } from '#engine/ports/engineContract.ts';
import { Submissions } from '#engine/requests/Submissions.ts';

/** The rooms of a requester and of the books: own tasks, durable events, money. */
export type BookRooms = ReturnType<typeof composeBooks>;

export function composeBooks(ports: EnginePorts, base: BaseRooms, wire: Wire) {
  const { clock, random, logger, store } = ports;
  const { announcer, identity, swarmId } = base;
  const submissions = new Submissions({
    clock,
    random,
    logger,
    store,
    swarmId,
    connected: wire.connected,
    ask: wire.ask,
    emit: announcer.emit,
    onChange: () => announcer.changed('tasks'),
  });
  const ledgerReader = new LedgerReader({
    clock,
    store,
    swarmId,
    ask: wire.ask,
    onChange: () => announcer.changed('money', 'reputation'),
  });
  const agreement = new AgreementKeeper({
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
    accountId: () => identity.current.accountId,
    storeView: (swarm, view, text) => submissions.storeView(swarm, view, text),
    onEvent: (event) => tell(event, { submissions, agreement, announcer }),
  });
  return { submissions, ledgerReader, agreement, events };
}

type Hearers = Pick<BaseRooms, 'announcer'> & { submissions: Submissions; agreement: AgreementKeeper };

/** An event is stored: tells whoever shows what it changed. */
function tell(event: SwarmEvent, { submissions, agreement, announcer }: Hearers): void {
  switch (event.type) {
    case 'task:updated':
      return submissions.announceView(event.task, null);
    case 'task:completed':
      submissions.announceView(event.task, event.text);
      return agreement.touch(event.task.taskId);
    case 'earnings:credited':
      agreement.touch(event.earning.taskId);
      return announcer.changed('money');
    case 'ledger:entry':
      agreement.touch(event.entry.taskId);
      return announcer.changed('money');
    case 'reputation:updated':
      return announcer.changed('reputation');
    case 'system:announcement':
      return undefined;
  }
}
