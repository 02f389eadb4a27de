import type { Contribution } from '#shared/api/snapshot.ts';
import type { UpdatesState } from '#shared/api/hostContract.ts';

/** Palette commands besides navigation. */
export type PaletteCommandId =
  | 'resume'
  | 'pause'
  | 'stop_after_task'
  | 'contribute'
  | 'measure'
  | 'add_model'
  | 'copy_invite'
  | 'join_swarm'
  | 'leave_swarm'
  | 'export_tasks'
  | 'export_ledger'
  | 'back_up'
  | 'check_for_updates'
  | 'install_update'
  | 'theme'
  | 'keys';

/** The facts that decide which commands are available. */
export interface PaletteFacts {
  readonly engineConnected: boolean;
  readonly contribution: Pick<Contribution, 'on' | 'state'>;
  /** Paused or snoozed by the owner. */
  readonly snoozed: boolean;
  readonly joined: { readonly ownCoordinator: boolean } | null;
  readonly measuring: boolean;
  /** Null where this copy does not update itself. */
  readonly updates: UpdatesState['kind'] | null;
}

type Group = readonly [heading: string, commands: readonly PaletteCommandId[]];

/** The available commands by group; without the engine only those of the window. */
export function commandsNow(facts: PaletteFacts): readonly Group[] {
  const groups: readonly Group[] = [
    ...(facts.engineConnected ? engineGroups(facts) : []),
    ['App', [...updateCommands(facts.updates), 'theme', 'keys']],
  ];
  return groups.filter(([, commands]) => commands.length > 0);
}

function engineGroups({ contribution, snoozed, joined, measuring }: PaletteFacts): readonly Group[] {
  const pausing: PaletteCommandId[] = !contribution.on
    ? []
    : snoozed
      ? ['resume']
      : ['pause', ...only('stop_after_task', contribution.state === 'working')];
  return [
    ['Contribution', [...pausing, 'contribute', ...only('measure', !measuring), 'add_model']],
    [
      'Swarm',
      [...only('copy_invite', joined?.ownCoordinator === true), 'join_swarm', ...only('leave_swarm', joined !== null)],
    ],
    ['Export', ['export_tasks', 'export_ledger', 'back_up']],
  ];
}

function updateCommands(updates: PaletteFacts['updates']): readonly PaletteCommandId[] {
  if (updates === 'ready') return ['install_update'];
  return only('check_for_updates', updates === 'idle' || updates === 'failed');
}

function only(command: PaletteCommandId, isAvailable: boolean): readonly PaletteCommandId[] {
  return isAvailable ? [command] : [];
}
