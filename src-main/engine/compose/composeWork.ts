import type { TaskOffer } from '#shared/protocol/working.ts';
import type { Announcer } from '#engine/api/snapshot/Announcer.ts';
import type { ContributionController } from '#engine/contribution/ContributionController.ts';
import type { Reason } from '#engine/contribution/policy/Decision.ts';
import { decideOffer, type OfferFacts } from '#engine/contribution/policy/decideOffer.ts';
import type { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import type { CoordinatorClient } from '#engine/swarmLink/client/CoordinatorClient.ts';
import type { Keyring } from '#engine/swarmLink/identity/Keyring.ts';
import { AcceptedOffers } from '#engine/work/executor/AcceptedOffers.ts';
import { ChunkSender } from '#engine/work/executor/ChunkSender.ts';
import { Executor } from '#engine/work/executor/Executor.ts';
import { LeaseRenewer } from '#engine/work/executor/LeaseRenewer.ts';
import { Outbox } from '#engine/work/outbox/Outbox.ts';
import { retryEnds } from '#engine/work/retryEnds.ts';
import { createTaskPipeline, type TaskPipeline } from '#engine/work/taskPipeline.ts';
import type { EnginePorts } from './EnginePorts.ts';

/** The rooms that work passes on its way through this node. */
export type WorkRooms = ReturnType<typeof composeWork>;

interface WorkNeeds {
  readonly announcer: Announcer;
  readonly client: CoordinatorClient;
  readonly identity: Keyring;
  readonly models: ModelShelfLoader;
  readonly swarmId: () => string | null;
}

/** Composes the execution and delivery of assignments. */
export function composeWork(ports: EnginePorts, { announcer, client, identity, models, swarmId }: WorkNeeds) {
  const { clock, random, logger, store, inference, processor } = ports;
  const sender = new ChunkSender({
    clock,
    logger,
    chunks: store.chunks,
    assignments: store.assignments,
    swarmId,
    ask: (payload) => client.request('task:progress', payload),
  });
  const executor = new Executor({
    clock,
    logger,
    store,
    inference,
    findModel: (digest) => models.find(digest),
    identity: () => identity.current,
    swarmId,
    processor,
    sender,
    onProgress: ({ assign: { taskId }, tail }) => {
      announcer.changed('tasks');
      if (tail !== '') announcer.emit({ name: 'task:tail', payload: { taskId, text: tail } });
    },
    onStorageFailure: (error) => logger.error('Could not store work.', { error: String(error) }),
  });
  sender.onClosed((assignmentId, why) => executor.stop(assignmentId, why === 'cancelled' ? 'cancelled' : 'superseded'));
  const outbox = new Outbox({
    clock,
    random,
    logger,
    store,
    swarmId,
    connected: () => client.connected,
    ask: (result) => client.request('task:result', result),
    chunks: sender,
    onChange: () => announcer.changed('swarm', 'contribution'),
  });
  /** Assignments that run, and those whose end is not acknowledged. */
  const holding = (): string[] => {
    const running = executor.running.map((one) => one.assign.assignmentId);
    return [...new Set([...running, ...outbox.waiting()])];
  };
  const leases = new LeaseRenewer({
    clock,
    held: () => (client.connected ? holding() : []),
    renew: (assignmentIds) => client.notify('lease:renew', { assignmentIds }),
  });
  return { sender, executor, outbox, holding, leases };
}

/** Milliseconds that an accepted offer blocks a slot; the coordinator's own offers lapse earlier. */
const offerLapsesMs = 2_000;

interface PipelineNeeds extends Pick<WorkRooms, 'executor' | 'outbox' | 'leases'> {
  readonly announcer: Announcer;
  readonly controller: ContributionController;
  readonly models: ModelShelfLoader;
  readonly pause: () => Reason | null;
  readonly isDraining: () => boolean;
}

/** Composes the path of a task through this node. */
export function composePipeline({ clock, logger }: EnginePorts, needs: PipelineNeeds): TaskPipeline {
  const { announcer, controller, executor, leases, outbox, isDraining } = needs;
  const accepted = new AcceptedOffers(clock, offerLapsesMs);
  return createTaskPipeline({
    decide: (offer) => {
      const answer = decideOffer(factsOf(offer, accepted, needs));
      if (answer.answer === 'accept') accepted.add(offer.assignmentId, offer.modelDigest);
      return answer;
    },
    record: async (assign) => {
      const isNew = await executor.record(assign);
      accepted.remove(assign.assignmentId);
      return isNew;
    },
    run: (assign) => {
      leases.wake();
      return executor.run(assign);
    },
    finish: (assign, end) => executor.finish(assign, end),
    deliver: () => outbox.deliver(),
    announce: () => {
      // Yields work that arrived although somebody needs the machine by now, and reads the sensors more often.
      controller.reconsider();
      announcer.changed('tasks', 'contribution', 'swarm');
    },
    onFailure: ({ assignmentId }, error) => {
      logger.error('Could not end an assignment.', { assignmentId, error: String(error) });
      retryEnds({ clock, executor, outbox, isStopping: isDraining });
    },
  });
}

function factsOf(offer: TaskOffer, accepted: AcceptedOffers, { models, pause, isDraining }: PipelineNeeds): OfferFacts {
  const { modelDigest } = offer;
  const capacity = models.capacityOf(modelDigest);
  return {
    offer,
    pause: pause(),
    draining: isDraining(),
    contextSize: models.contextOf(modelDigest) ?? models.find(modelDigest)?.contextSize ?? null,
    capacity,
    load: capacity?.state === 'unloaded' ? models.outlookOf(modelDigest) : null,
    expected: accepted.count(modelDigest),
    othersExpected: accepted.others(modelDigest).map((digest) => models.capacityOf(digest)?.state ?? 'unloaded'),
  };
}
