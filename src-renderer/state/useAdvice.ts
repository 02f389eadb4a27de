import { useSlice } from './engine/EngineContext.tsx';
import { useQuery } from './engine/useQuery.ts';
import type { EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

/** Advice on which model to download; null until known. */
export function useAdvice(): EarningAdvice | null {
  return useQuery('models.advice', {}, useAdviceInputs()).data;
}

/** A key that changes with the demand, the installed models, the memory limit and the last benchmark. */
function useAdviceInputs(): string {
  const { health } = useSlice('swarm');
  const { last } = useSlice('benchmark');
  const installed = useSlice('models').map(({ digest }) => digest);
  const memory = useSlice('settings')['contribution.memoryLimit'];
  return JSON.stringify([health?.demand, health?.wanted, last?.at, installed, memory]);
}
