import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Announcer } from '#engine/api/snapshot/Announcer.ts';
import type { EnginePorts } from '#engine/ports/engineContract.ts';
import type { Executor } from '#engine/work/executor/Executor.ts';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import { fileVault } from '#engine/swarmLink/identity/fileVault.ts';
import { IdentityKeeper } from '#engine/swarmLink/identity/IdentityKeeper.ts';
import { Manners } from '#engine/contribution/Manners.ts';
import { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import { OwnerSettings } from '#engine/contribution/OwnerSettings.ts';
import type { Reason } from '#engine/contribution/policy/Decision.ts';
import type { Problems } from '#engine/api/snapshot/Problems.ts';

/** What every room of one engine stands on. */
export type BaseRooms = ReturnType<typeof composeBase>;

/** The connection as the rooms see it; it is made after them. */
export interface Wire {
  readonly ask: <K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>) => Promise<Asked<K>>;
  readonly notify: <K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>) => void;
  readonly connected: () => boolean;
  /** What this node can do may have changed. */
  readonly update: () => void;
}

/** What is made after these rooms and is called by them. */
interface Later {
  readonly onSettings: () => void;
  readonly onManners: () => void;
  readonly executor: () => Executor;
  /** How much the swarm asks for a model. */
  readonly demand: (model: InstalledModel) => number;
}

const whileMeasuring: Reason = {
  code: 'benchmark',
  title: 'Measuring this computer',
  text: 'The benchmark needs the computer for itself for a moment.',
  resumesAt: null,
};

/** Identity, settings, manners, models, announcements: nothing that talks to a swarm. */
export function composeBase(ports: EnginePorts, told: { announcer: Announcer; problems: Problems }, later: Later) {
  const { clock, store, home, logger, inference } = ports;
  const secrets = ports.secrets ?? new FileSecrets(home);
  const joined: { swarmId: string | null } = { swarmId: null };
  const settings = new OwnerSettings({ clock, store, defaultName: ports.defaultName, onChange: later.onSettings });
  const manners = new Manners({
    clock,
    settings,
    senses: ports.senses,
    keepAwake: ports.keepAwake,
    isWorking: () => later.executor().running.some(({ assign }) => !assign.own),
    giveBack: () => later.executor().yieldAll(false),
    setPace: (pace) => inference.setPace?.(pace),
    onChange: later.onManners,
  });
  const phase = { started: false, draining: false, measuring: false };
  return {
    joined,
    phase,
    ...told,
    secrets,
    identity: new IdentityKeeper({ vault: ports.identityVault ?? fileVault(home), secrets, clock }),
    models: new ModelShelfLoader(ports.models, inference, logger, later.demand),
    settings,
    manners,
    /** Why nothing is done for others now; null when it is. */
    pause: (): Reason | null => manners.pause() ?? (phase.measuring ? whileMeasuring : null),
    /** The joined swarm, or null. */
    swarmId: (): string | null => joined.swarmId,
  };
}
