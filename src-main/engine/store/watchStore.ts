import type { Problem } from '#shared/api/snapshot.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { EngineStore } from './openEngineStore.ts';

const storageProblems = {
  storage_full: {
    happened: 'The disk is full.',
    means: 'Nothing new can be stored, so no work is taken and no task can be sent.',
    action: 'Free some space; Open Swarm goes on by itself.',
    severity: 'danger',
    remedy: 'make_room',
  },
  storage_read_only: {
    happened: 'The data folder cannot be written.',
    means: 'Nothing new can be stored, so no work is taken and no task can be sent.',
    action: 'Make the folder writable, then try again.',
    severity: 'danger',
    remedy: 'try_again',
  },
  storage_damaged: {
    happened: 'The database is damaged.',
    means: 'What was stored last may be lost. A copy is kept beside it.',
    action: 'Restart Open Swarm. If it says so again, look into the log.',
    severity: 'danger',
    remedy: 'read_log',
  },
} as const satisfies Record<string, Omit<Problem, 'code'>>;

const codes = Object.keys(storageProblems) as (keyof typeof storageProblems)[];

/** Shows a problem, or removes it (null). */
type SetProblem = (code: string, problem: Omit<Problem, 'code'> | null) => void;

/** The same store. A write that the disk refuses sets a problem; the next one that succeeds removes it. */
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
