import type { Problem } from '#shared/api/snapshot.ts';

/** Problems of the whole engine by code: what happened, what it means, what to do. */
export const engineProblems = {
  port_moved: {
    happened: 'Another program now uses the port of the last run.',
    means: 'Open Swarm took another port. Pages that are open at the old address no longer reach it.',
    action: 'Open the new address (open-swarm status prints it).',
    severity: 'note',
    remedy: null,
  },
  private_swarm_gave_up: {
    happened: 'The coordinator of your private swarm kept crashing.',
    means: 'The swarm can neither take nor run tasks.',
    action: 'Start it again. If it crashes again, the log says why.',
    severity: 'danger',
    remedy: 'start_private_swarm',
  },
  clock_jumped: {
    happened: 'The clock of this computer jumped, or the computer slept.',
    means: 'Tasks that ran meanwhile may have moved to another node.',
    action: 'There is nothing to do: Open Swarm reconnects by itself.',
    severity: 'note',
    remedy: null,
  },
  disk_short: {
    happened: 'Less than 200 MB are free on the disk that holds the data folder.',
    means: 'Once the disk is full, no task can be run or submitted.',
    action: 'Free some space, for example by removing models, or move the data folder.',
    severity: 'caution',
    remedy: 'make_room',
  },
  model_refused: {
    happened: 'The starter model could not be installed.',
    means: 'This computer cannot run tasks for others until a model is installed.',
    action: 'Get another model, or reinstall Open Swarm. The log says what is wrong with the file.',
    severity: 'caution',
    remedy: 'choose_model',
  },
} as const satisfies Record<string, Omit<Problem, 'code'>>;

export type EngineProblemCode = keyof typeof engineProblems;
