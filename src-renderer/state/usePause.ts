import { useMemo } from 'react';
import { useSlice } from '#renderer/state/EngineContext.tsx';
import { useAction } from '#renderer/state/useAction.ts';

const hour = 3_600_000;

interface PauseChoice {
  readonly id: string;
  readonly label: string;
  /** Null: until resumed. */
  readonly forMs: (now: Date) => number | null;
}

const pauseChoices: readonly PauseChoice[] = [
  { id: 'half', label: 'For 30 minutes', forMs: () => hour / 2 },
  { id: 'hour', label: 'For 1 hour', forMs: () => hour },
  { id: 'four', label: 'For 4 hours', forMs: () => 4 * hour },
  { id: 'morning', label: 'Until tomorrow, 08:00', forMs: (now) => msUntilMorning(now) },
  { id: 'open', label: 'Until I resume', forMs: () => null },
];

/** Milliseconds from `now` to 08:00 of the next local day. */
export function msUntilMorning(now: Date): number {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(8, 0, 0, 0);
  return morning.getTime() - now.getTime();
}

/** Pausing and resuming, as the strip, the Overview, the palette and the `p` key offer it. */
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
      /** Contribution is switched on, so pausing means something. */
      possible: contribution.on,
      busy: pause.busy || resume.busy,
      resume: () => void runResume({}),
      toggle: () => void (snoozed ? runResume({}) : runPause({ forMs: null })),
      choices: pauseChoices.map(({ id, label, forMs }) => ({
        id,
        label,
        onChoose: () => void runPause({ forMs: forMs(new Date()) }),
      })),
    }),
    [snoozed, contribution.on, pause.busy, resume.busy, runPause, runResume],
  );
}
