import { useMemo } from 'react';
import type { CommandInput } from '#shared/api/commands.ts';
import { useSlice } from './engine/EngineContext.tsx';
import { useAction } from './engine/useAction.ts';

const minute = 60_000;

interface PauseChoice {
  readonly id: string;
  readonly label: string;
  readonly input: CommandInput<'contribution.pause'>;
}

const pauseChoices: readonly PauseChoice[] = [
  { id: 'quarter', label: 'For 15 minutes', input: { forMs: 15 * minute } },
  { id: 'hour', label: 'For 1 hour', input: { forMs: 60 * minute } },
  { id: 'four', label: 'For 4 hours', input: { forMs: 240 * minute } },
  { id: 'morning', label: 'Until tomorrow at 08:00', input: { until: 'tomorrow' } },
  { id: 'open', label: 'Until I resume', input: { forMs: null } },
  { id: 'finish', label: 'Finish running tasks, then pause', input: { forMs: null, finish: true } },
];

/** Pausing and resuming, as offered by the status strip, the Overview, the palette and the `p` key. */
export function usePause() {
  const contribution = useSlice('contribution');
  const pause = useAction('contribution.pause');
  const resume = useAction('contribution.resume');
  // `snoozed` ends by itself, `paused` when the owner resumes.
  const { code } = contribution.reason;
  const snoozed = contribution.snoozedUntil !== null || code === 'snoozed' || code === 'paused';
  const { run: runPause } = pause;
  const { run: runResume } = resume;
  return useMemo(
    () => ({
      snoozed,
      /** Contribution is switched on, so it can be paused. */
      possible: contribution.on,
      busy: pause.busy || resume.busy,
      resume: () => void runResume({}),
      toggle: () => void (snoozed ? runResume({}) : runPause({ forMs: null })),
      choices: pauseChoices.map(({ id, label, input }) => ({
        id,
        label,
        onChoose: () => void runPause(input),
      })),
    }),
    [snoozed, contribution.on, pause.busy, resume.busy, runPause, runResume],
  );
}
