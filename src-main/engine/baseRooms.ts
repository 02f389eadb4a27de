import type { Asked } from './coordinator/ask.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Announcer } from './Announcer.ts';
import type { EnginePorts } from './engineContract.ts';
import { FileSecrets } from './identity/FileSecrets.ts';
import { fileVault } from './identity/fileVault.ts';
import { IdentityKeeper } from './identity/IdentityKeeper.ts';
import { ModelShelfLoader } from './ModelShelfLoader.ts';
import { OwnerSettings } from './OwnerSettings.ts';
import type { Problems } from './Problems.ts';

/** What every room of one engine stands on. */
export type BaseRooms = ReturnType<typeof composeBase>;

/** The connection as the rooms see it; it is made after them. */
export interface Wire {
  readonly ask: <K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>) => Promise<Asked<K>>;
  readonly notify: <K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>) => void;
  readonly connected: () => boolean;
}

/** Identity, settings, models, announcements: nothing that talks to a swarm. */
export function composeBase(
  ports: EnginePorts,
  told: { announcer: Announcer; problems: Problems },
  onSettings: () => void,
) {
  const { clock, store, home, logger, inference } = ports;
  const secrets = ports.secrets ?? new FileSecrets(home);
  const joined: { swarmId: string | null } = { swarmId: null };
  return {
    joined,
    phase: { started: false, draining: false },
    ...told,
    secrets,
    identity: new IdentityKeeper({ vault: ports.identityVault ?? fileVault(home), secrets, clock }),
    models: new ModelShelfLoader(ports.models, inference, logger),
    settings: new OwnerSettings({ clock, store, defaultName: ports.defaultName, onChange: onSettings }),
    /** The joined swarm, or null. */
    swarmId: (): string | null => joined.swarmId,
  };
}
