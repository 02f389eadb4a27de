import { withinTime } from '#shared/util/withinTime.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Engine } from '#engine/api/Engine.ts';
import type { EnginePhase, EngineRooms } from '#engine/api/snapshot/EngineRooms.ts';
import { createHandlers } from '#engine/api/handlers/engineHandlers.ts';
import { Announcer } from '#engine/api/snapshot/Announcer.ts';
import { Problems } from '#engine/api/snapshot/Problems.ts';
import { SliceReader } from '#engine/api/snapshot/SliceReader.ts';
import { ContributionController } from '#engine/contribution/ContributionController.ts';
import { OwnerSettings } from '#engine/contribution/OwnerSettings.ts';
import type { Reason } from '#engine/contribution/policy/Decision.ts';
import { keepAliveOf } from '#engine/contribution/policy/keepAliveOf.ts';
import { modelDemand } from '#engine/models/advice/modelDemand.ts';
import { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import { watchStore } from '#engine/store/watchStore.ts';
import { CoordinatorClient, type NodeSide } from '#engine/swarmLink/client/CoordinatorClient.ts';
import { Keyring } from '#engine/swarmLink/identity/Keyring.ts';
import { joinedSwarm, Membership } from '#engine/swarmLink/membership/Membership.ts';
import { composeBenchmark } from './composeBenchmark.ts';
import { composeRequests } from './composeRequests.ts';
import { composePipeline, composeWork } from './composeWork.ts';
import { EngineLifecycle } from './EngineLifecycle.ts';
import type { EnginePorts } from './EnginePorts.ts';
import { nodeSideOf } from './nodeSide.ts';

/** Milliseconds that leaving a swarm waits for cancellations, and again for the last results. */
const handOverMs = 5_000;

const whileMeasuring: Reason = {
  code: 'benchmark',
  title: 'Measuring this computer',
  text: 'The benchmark needs the computer for itself for a moment.',
  resumesAt: null,
};

/**
 * Composes an engine: each room from the rooms above it, then the events between them. Nothing happens before `start`, and
 * two engines share nothing.
 */
export function composeEngine(outside: EnginePorts): Engine {
  const announcer = new Announcer();
  const problems = new Problems(() => announcer.changed('engine'));
  const ports = { ...outside, store: watchStore(outside.store, (code, problem) => problems.set(code, problem)) };
  const { clock, random, logger, store, secrets, inference } = ports;
  const phase: EnginePhase = { started: false, draining: false };

  const identity = new Keyring({ vault: ports.identityVault, secrets, clock });
  const settings = new OwnerSettings({ clock, store, defaultName: ports.defaultName });
  const client = new CoordinatorClient({
    clock,
    random,
    logger,
    dialer: ports.dialer,
    identity: () => identity.current,
  });
  /** The swarm for which the rooms work; null before the start and without one. */
  const joined: { swarmId: string | null } = { swarmId: null };
  const shared = { announcer, client, identity, swarmId: () => joined.swarmId };

  const models = new ModelShelfLoader(ports.models, inference, logger, demandIn(ports, client));
  const work = composeWork(ports, { ...shared, models });
  const { executor, outbox } = work;
  const { bench, hardware } = composeBenchmark(ports, { announcer, client, executor, models });

  const controller = new ContributionController({
    clock,
    settings,
    senses: ports.senses,
    keepAwake: ports.keepAwake,
    isWorking: () => executor.running.some(({ assign }) => !assign.own),
    yieldWork: () => executor.yieldAll(false),
    setPace: (pace) => inference.setPace(pace),
  });
  /** Why nothing is done for others; null while work is allowed. */
  const pause = (): Reason | null => controller.pause() ?? (bench.quiet ? whileMeasuring : null);
  const isDraining = (): boolean => phase.draining;
  const pipeline = composePipeline(ports, { ...work, announcer, controller, models, pause, isDraining });

  const requests = composeRequests(ports, shared);
  const { submissions } = requests;
  const membership = new Membership({
    clock,
    random,
    logger,
    store,
    http: ports.http,
    secrets,
    identity: () => identity.current,
    nodeName: () => settings.all['node.name'],
    computer: ports.computer,
    handOver: () => handOver(ports, { submissions, executor, outbox, client }),
  });

  const rooms = {
    ...work,
    ...requests,
    clock,
    random,
    version: ports.version,
    home: ports.home,
    store,
    inference,
    shelf: ports.models,
    phase,
    announcer,
    problems,
    identity,
    settings,
    controller,
    models,
    client,
    membership,
    bench,
    hardware,
  };
  const node = nodeSideOf(ports, { ...rooms, pipeline, pause });
  connectEvents(ports, rooms, node, joined);
  return engineOf(new EngineLifecycle(ports, rooms), rooms);
}

/** The demand of the joined swarm for a model, by which models are loaded and unloaded. */
function demandIn({ store, models }: EnginePorts, client: CoordinatorClient): (model: InstalledModel) => number {
  return (model) => {
    const swarm = joinedSwarm(store);
    const level = swarm?.reputation?.level ?? 'novice';
    const market = { health: client.health, private: swarm?.private ?? false, level };
    return modelDemand(model, { market, admitted: client.admitted, installed: models.installed() });
  };
}

/** Connects the events of each room with the rooms that they concern. */
function connectEvents(
  ports: EnginePorts,
  rooms: EngineRooms,
  node: NodeSide,
  joined: { swarmId: string | null },
): void {
  const { announcer, client, controller, membership, models, reconciler, settings, submissions } = rooms;
  const keepModels = (): void => models.setKeepAlive(keepAliveNow(ports, rooms));
  client.onState(() => announcer.changed('swarm', 'contribution'));
  settings.onChange(() => {
    models.setMemoryLimit(settings.all['contribution.memoryLimit']);
    controller.reconsider();
    client.publish();
    announcer.changed('settings', 'contribution', 'identity');
  });
  controller.onChange(() => {
    keepModels();
    client.publish();
    announcer.changed('contribution');
  });
  membership.onSwarm((swarm) => {
    joined.swarmId = swarm?.swarmId ?? null;
    submissions.load(joined.swarmId);
    reconciler.load(joined.swarmId);
    if (swarm === null) client.disconnect('no swarm');
    else client.connect({ swarmId: swarm.swarmId, address: swarm.address, pinnedKey: swarm.publicKey }, node);
    keepModels();
    announcer.changed('swarm', 'contribution', 'tasks', 'models', 'money', 'reputation');
  });
}

/** Models stay in memory while work may come. */
function keepAliveNow({ inference, machine }: EnginePorts, { membership, controller }: EngineRooms): number | null {
  return keepAliveOf({
    joined: membership.current() !== null,
    decision: controller.decision,
    heldBytes: inference.capacity().reduce((sum, { reservedBytes }) => sum + reservedBytes, 0),
    availableBytes: machine.measured.availableBytes(),
  });
}

/** Hands over what belongs to a swarm that is left, and disconnects from it. */
async function handOver(
  { clock }: EnginePorts,
  { submissions, executor, outbox, client }: Pick<EngineRooms, 'submissions' | 'executor' | 'outbox' | 'client'>,
): Promise<void> {
  // Nobody stays to take the answers. Without a connection they are cancelled when the swarm is joined again.
  await withinTime(clock, handOverMs, submissions.cancelAll());
  executor.yieldAll(true);
  await executor.whenIdle();
  await withinTime(clock, handOverMs, outbox.deliver());
  client.disconnect('left the swarm');
}

function engineOf(lifecycle: EngineLifecycle, rooms: EngineRooms): Engine {
  const { announcer, client, membership, problems } = rooms;
  const slices = new SliceReader(rooms);
  return {
    start: () => lifecycle.start(),
    stop: (options) => lifecycle.stop(options),
    handlers: createHandlers(rooms),
    join: (request) => membership.join(request),
    moveSwarm: (address) => membership.move(address),
    slice: (name) => slices.read(name),
    snapshot: () => slices.snapshot(),
    admitted: () => client.admitted,
    onChange: (listener) => announcer.onChange(listener),
    onEvent: (listener) => announcer.onEvent(listener),
    setProblem: (code, problem) => problems.set(code, problem),
    diagnostics: () => slices.diagnostics(),
  };
}
