import type { Problem } from '#shared/api/snapshot.ts';

/** What happened, what it means, what to do; by the code that scripts see. */
export const engineProblems = {
  port_moved: {
    happened: 'The port of the last run belongs to another program now.',
    means: 'Open Swarm took another one. Pages that are still open at the old address do not reach it.',
    action: 'Open the new address (open-swarm status prints it).',
    severity: 'note',
    remedy: null,
  },
  private_swarm_gave_up: {
    happened: 'The coordinator of your private swarm ended several times.',
    means: 'No tasks can be submitted or run in it.',
    action: 'Start it again. If it ends once more, the log says why.',
    severity: 'danger',
    remedy: 'start_private_swarm',
  },
  clock_jumped: {
    happened: 'The clock of this computer jumped, or it slept.',
    means: 'Work that ran meanwhile may have been given to somebody else.',
    action: 'Nothing is to be done; Open Swarm connected again by itself.',
    severity: 'note',
    remedy: null,
  },
  disk_short: {
    happened: 'Less than 200 MB are free on the disk with the data folder.',
    means: 'When it is full, no more work can be taken or submitted.',
    action: 'Free some space, for example by removing models, or move the data folder.',
    severity: 'caution',
    remedy: 'make_room',
  },
  model_refused: {
    happened: 'The starter model could not be installed.',
    means: 'This computer cannot run tasks for others until a model is there.',
    action: 'Get another model, or install Open Swarm again; the log says what is wrong with the file.',
    severity: 'caution',
    remedy: 'choose_model',
  },
} as const satisfies Record<string, Omit<Problem, 'code'>>;

export type EngineProblemCode = keyof typeof engineProblems;
