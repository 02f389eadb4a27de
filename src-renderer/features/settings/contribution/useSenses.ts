import { useNow } from '#renderer/components/data/useNow.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { SenseName, SenseReport } from '#shared/api/contributionSettings.ts';

/** Milliseconds between two looks while the page is in view. */
const everyMs = 5000;

/** What the engine sees of the machine, by name. */
export function useSenses(): (name: SenseName) => SenseReport | undefined {
  const settings = useSlice('settings');
  const now = useNow(everyMs);
  const senses = useQuery('contribution.senses', {}, `${String(now)} ${JSON.stringify(settings)}`).data?.senses;
  return (name) => senses?.find((sense) => sense.name === name);
}
