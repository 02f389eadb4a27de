import { useSlice } from './engine/EngineContext.tsx';
import { useQuery } from './engine/useQuery.ts';
import type { EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

/** Which model would earn most here; null until it is known. */
export function useAdvice(): EarningAdvice | null {
  return useQuery('models.advice', {}, useWhatChangesIt()).data;
}

/** The demand, the installed models, the memory for models and the last benchmark, in a word that changes with them. */
function useWhatChangesIt(): string {
  const { health } = useSlice('swarm');
  const { last } = useSlice('benchmark');
  const installed = useSlice('models').map(({ digest }) => digest);
  const memory = useSlice('settings')['contribution.memoryLimit'];
  return JSON.stringify([health?.demand, health?.wanted, last?.at, installed, memory]);
}
