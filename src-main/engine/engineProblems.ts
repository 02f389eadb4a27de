import type { Problem } from '#shared/api/snapshot.ts';

/** What happened, what it means, what to do; by the code that scripts see. */
export const engineProblems = {
  port_moved: {
    happened: 'The port of the last run belongs to another program now.',
    means: 'Open Swarm took another one. Pages that are still open at the old address do not reach it.',
    action: 'Open the new address (open-swarm status prints it).',
  },
  private_swarm_gave_up: {
    happened: 'The coordinator of your private swarm ended several times.',
    means: 'No tasks can be submitted or run in it.',
    action: 'Look into the log, then start the private swarm again from Settings.',
  },
  clock_jumped: {
    happened: 'The clock of this computer jumped, or it slept.',
    means: 'Work that ran meanwhile may have been given to somebody else.',
    action: 'Nothing; Open Swarm connected again by itself.',
  },
  disk_short: {
    happened: 'Less than 200 MB are free on the disk with the data folder.',
    means: 'When it is full, no more work can be taken or submitted.',
    action: 'Free some space, or move the data folder.',
  },
  model_refused: {
    happened: 'The starter model could not be installed.',
    means: 'This computer cannot run tasks for others until it is there.',
    action: 'Install Open Swarm again; the log says what is wrong with the file.',
  },
} as const satisfies Record<string, Omit<Problem, 'code'>>;

export type EngineProblemCode = keyof typeof engineProblems;
