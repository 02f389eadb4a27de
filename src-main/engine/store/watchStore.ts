import type { Problem } from '#shared/api/snapshot.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { EngineStore } from './openEngineStore.ts';

const storageProblems = {
  storage_full: {
    happened: 'The disk is full.',
    means: 'Nothing new can be stored, so no work is accepted and no task can be submitted.',
    action: 'Free some space. Open Swarm then continues by itself.',
    severity: 'danger',
    remedy: 'make_room',
  },
  storage_read_only: {
    happened: 'The data folder is not writable.',
    means: 'Nothing new can be stored, so no work is accepted and no task can be submitted.',
    action: 'Make the folder writable, then try again.',
    severity: 'danger',
    remedy: 'try_again',
  },
  storage_damaged: {
    happened: 'The database is damaged.',
    means: 'The latest changes may be lost. A copy of the damaged file was kept.',
    action: 'Restart Open Swarm. If the message comes back, check the log.',
    severity: 'danger',
    remedy: 'read_log',
  },
} as const satisfies Record<string, Omit<Problem, 'code'>>;

const codes = Object.keys(storageProblems) as (keyof typeof storageProblems)[];

/** Reports a problem; null clears it. */
type SetProblem = (code: string, problem: Omit<Problem, 'code'> | null) => void;

/** Wraps a store so that storage failures are reported as problems, which the next successful write clears. */
export function watchStore(store: EngineStore, setProblem: SetProblem): EngineStore {
  return {
    ...store,
    async write(work) {
      try {
        const value = await store.write(work);
        for (const code of codes) setProblem(code, null);
        return value;
      } catch (error) {
        const code = codes.find((one) => error instanceof SwarmError && error.code === one);
        if (code !== undefined) setProblem(code, storageProblems[code]);
        throw error;
      }
    },
  };
}
