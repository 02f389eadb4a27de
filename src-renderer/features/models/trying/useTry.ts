import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandInput } from '#shared/api/commands.ts';
import type { TryEvent } from '#renderer/state/engine/connectEngine.ts';
import { useEngine } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords, oneText } from '#renderer/state/engine/errorWords.ts';

type Ended = Extract<TryEvent, { name: 'try:ended' }>['payload'];

/** One answer of a trial. */
export interface Trial {
  readonly state: 'none' | 'starting' | 'running' | 'over';
  readonly text: string;
  readonly tokens: number;
  readonly tokensPerSecond: number | null;
  readonly finish: Ended['finish'] | null;
  /** The failure as a sentence. */
  readonly problem: string | null;
}

export const noTrial: Trial = {
  state: 'none',
  text: '',
  tokens: 0,
  tokensPerSecond: null,
  finish: null,
  problem: null,
};

/** The trial after an event. */
export function afterTryEvent(trial: Trial, event: TryEvent): Trial {
  if (event.name === 'try:frame') {
    const { text, tokens, tokensPerSecond } = event.payload;
    return { ...trial, state: 'running', text: trial.text + text, tokens, tokensPerSecond };
  }
  const { finish, tokens, tokensPerSecond, problem } = event.payload;
  return { ...trial, state: 'over', tokens, tokensPerSecond, finish, problem };
}

/** The trial after the engine was lost. */
function afterLinkLost(trial: Trial): Trial {
  const problem = 'The engine stopped responding before the answer was complete. Run it again when the engine is back.';
  return { ...trial, state: 'over', problem };
}

interface Try {
  readonly trial: Trial;
  /** Does nothing while a trial is running. */
  readonly start: (input: CommandInput<'try.start'>) => Promise<void>;
  readonly stop: () => void;
}

/** The current trial: none, one whose ID is not known yet, or one that can be stopped by its ID. */
type Current =
  | { readonly kind: 'none' }
  /** `early`: events that arrive before the reply with the trial's ID. */
  | { readonly kind: 'starting'; readonly early: TryEvent[]; stopping: boolean }
  | { readonly kind: 'running'; readonly tryId: string };

const nothing: Current = { kind: 'none' };

/** Runs a model locally and collects its answer. Unmounting stops it. */
export function useTry(): Try {
  const { call, onTry, store } = useEngine();
  const [trial, setTrial] = useState(noTrial);
  const active = useRef(nothing);

  const stop = useCallback(() => {
    const now = active.current;
    if (now.kind === 'starting') now.stopping = true;
    // A trial that has already ended, or a closed link, needs no stop.
    if (now.kind === 'running') call('try.stop', { tryId: now.tryId }).catch(() => undefined);
  }, [call]);

  useEffect(() => {
    const stopListening = onTry((event) => {
      const now = active.current;
      if (now.kind === 'starting') now.early.push(event);
      if (now.kind !== 'running' || now.tryId !== event.payload.tryId) return;
      if (event.name === 'try:ended') active.current = nothing;
      setTrial((before) => afterTryEvent(before, event));
    });
    const stopWatching = store.subscribe(({ link }) => {
      // A starting trial learns of it from its own call.
      if (link === 'open' || active.current.kind !== 'running') return;
      active.current = nothing;
      setTrial(afterLinkLost);
    });
    return () => {
      stopListening();
      stopWatching();
      stop();
    };
  }, [onTry, store, stop]);

  const start = useCallback(
    async (input: CommandInput<'try.start'>) => {
      if (active.current.kind !== 'none') return;
      const starting = { kind: 'starting' as const, early: [] as TryEvent[], stopping: false };
      active.current = starting;
      setTrial({ ...noTrial, state: 'starting' });
      try {
        const { tryId } = await call('try.start', input);
        const mine = starting.early.filter((event) => event.payload.tryId === tryId);
        active.current = mine.some(({ name }) => name === 'try:ended') ? nothing : { kind: 'running', tryId };
        setTrial((before) => mine.reduce(afterTryEvent, before));
        if (starting.stopping) stop();
      } catch (error) {
        active.current = nothing;
        setTrial({ ...noTrial, state: 'over', problem: oneText(errorWords(error)) });
      }
    },
    [call, stop],
  );
  return { trial, start, stop };
}
