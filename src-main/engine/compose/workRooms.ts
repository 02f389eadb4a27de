import type { Clock } from '#shared/util/clock.ts';
import type { BaseRooms, Wire } from './baseRooms.ts';
import type { EnginePorts } from '#engine/ports/engineContract.ts';
import { ChunkSender } from '#engine/work/executor/ChunkSender.ts';
import { ExpectedWork } from '#engine/work/executor/ExpectedWork.ts';
import { Executor } from '#engine/work/executor/Executor.ts';
import { LeaseKeeper } from '#engine/work/executor/LeaseKeeper.ts';
import { Outbox } from '#engine/work/outbox/Outbox.ts';
import { decideOffer } from '#engine/contribution/policy/decideOffer.ts';
import type { TaskOffer } from '#shared/protocol/working.ts';
import { createTaskPipeline } from '#engine/work/taskPipeline.ts';

/** The rooms of a node: what work passes on its way through. */
export type WorkRooms = ReturnType<typeof composeWork>;

/** How long an accepted offer counts as work that may come; the coordinator's own offers lapse earlier. */
const expectedForMs = 2_000;

/** After this long it is tried again to store the end of an assignment. */
const endAgainMs = 10_000;

export function composeWork(ports: EnginePorts, base: BaseRooms, wire: Wire) {
  const { clock, random, logger, store } = ports;
  const { announcer, swarmId } = base;
  const executor = composeExecutor(ports, base, (assignmentId, have) => chunks.offer(assignmentId, have));
  const chunks = new ChunkSender({
    clock,
    logger,
    chunks: store.chunks,
    assignments: store.assignments,
    swarmId,
    ask: (payload) => wire.ask('task:progress', payload),
    onOver: (assignmentId, why) => executor.stop(assignmentId, why === 'cancelled' ? 'cancelled' : 'superseded'),
  });
  const outbox = new Outbox({
    clock,
    random,
    logger,
    store,
    swarmId,
    connected: wire.connected,
    ask: (result) => wire.ask('task:result', result),
    chunks,
    onChange: () => announcer.changed('swarm', 'contribution'),
  });
  /** Assignments that run, and those whose end is not acknowledged. */
  const holding = (): string[] => {
    const running = executor.running.map((one) => one.assign.assignmentId);
    return [...new Set([...running, ...outbox.waiting()])];
  };
  const leases = new LeaseKeeper({
    clock,
    held: () => (wire.connected() ? holding() : []),
    renew: (assignmentIds) => wire.notify('lease:renew', { assignmentIds }),
  });
  const pipeline = composePipeline(ports, base, { executor, outbox, leases });
  return { executor, chunks, outbox, holding, leases, pipeline };
}

function composeExecutor(ports: EnginePorts, base: BaseRooms, onStored: (assignmentId: string, have: number) => void) {
  const { clock, logger, store, inference, processor = null } = ports;
  const { announcer, models, identity, swarmId } = base;
  return new Executor({
    clock,
    logger,
    store,
    inference,
    findModel: (digest) => models.find(digest),
    identity: () => identity.current,
    swarmId,
    processor,
    onStored,
    onProgress: ({ assign: { taskId }, tail }) => {
      announcer.changed('tasks');
      if (tail !== '') announcer.emit({ name: 'task:tail', payload: { taskId, text: tail } });
    },
    onStorageFailure: (error) => logger.error('Work could not be stored.', { error: String(error) }),
  });
}

/** The disk was full, say: the end is stored as soon as that works again. */
function endLater(needs: { clock: Clock; executor: Executor; outbox: Outbox; mayGoOn: () => boolean }): void {
  const { clock, executor, outbox, mayGoOn } = needs;
  clock.setTimer(endAgainMs, () => {
    if (!mayGoOn()) return;
    executor
      .endLeftOver()
      .then(
        () => outbox.deliver(),
        () => endLater(needs),
      )
      .catch(() => undefined);
  });
}

interface Way {
  readonly executor: Executor;
  readonly outbox: Outbox;
  readonly leases: LeaseKeeper;
}

function composePipeline({ clock, logger }: EnginePorts, base: BaseRooms, { executor, outbox, leases }: Way) {
  const { announcer, models, manners, phase, pause } = base;
  const expected = new ExpectedWork(clock, expectedForMs);
  const factsOf = (offer: TaskOffer) => {
    const { modelDigest } = offer;
    const capacity = models.capacityOf(modelDigest);
    return {
      offer,
      pause: pause(),
      draining: phase.draining,
      contextSize: models.contextOf(modelDigest) ?? models.find(modelDigest)?.contextSize ?? null,
      capacity,
      load: capacity?.state === 'unloaded' ? models.outlookOf(modelDigest) : null,
      expected: expected.count(modelDigest),
      othersExpected: expected.others(modelDigest).map((digest) => models.capacityOf(digest)?.state ?? 'unloaded'),
    };
  };
  return createTaskPipeline({
    decide: (offer) => {
      const answer = decideOffer(factsOf(offer));
      if (answer.answer === 'accept') expected.add(offer.assignmentId, offer.modelDigest);
      return answer;
    },
    record: async (assign) => {
      const fresh = await executor.record(assign);
      expected.remove(assign.assignmentId);
      return fresh;
    },
    run: (assign) => {
      leases.wake();
      return executor.run(assign);
    },
    keep: (assign, end) => executor.keep(assign, end),
    deliver: () => outbox.deliver(),
    announce: () => {
      // Work that came although somebody needs the machine by now is given back, and the machine is looked at more often.
      manners.reconsider();
      announcer.changed('tasks', 'contribution', 'swarm');
    },
    broken: ({ assignmentId }, error) => {
      logger.error('An assignment could not be ended.', { assignmentId, error: String(error) });
      endLater({ clock, executor, outbox, mayGoOn: () => !phase.draining });
    },
  });
}
