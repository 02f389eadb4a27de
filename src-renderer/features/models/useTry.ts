import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandInput } from '#shared/api/commands.ts';
import type { TryEvent } from '#renderer/state/connectEngine.ts';
import { useEngine } from '#renderer/state/EngineContext.tsx';
import { errorWords } from '#renderer/state/errorWords.ts';

type Ended = Extract<TryEvent, { name: 'try:ended' }>['payload'];

/** One answer of a model that is tried. */
export interface Trial {
  readonly state: 'none' | 'starting' | 'running' | 'over';
  readonly text: string;
  readonly tokens: number;
  readonly tokensPerSecond: number | null;
  readonly finish: Ended['finish'] | null;
  /** What went wrong, as a sentence. */
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

/** The trial after one more event of it. */
export function afterTryEvent(trial: Trial, event: TryEvent): Trial {
  if (event.name === 'try:frame') {
    const { text, tokens, tokensPerSecond } = event.payload;
    return { ...trial, state: 'running', text: trial.text + text, tokens, tokensPerSecond };
  }
  const { finish, tokens, tokensPerSecond, problem } = event.payload;
  return { ...trial, state: 'over', tokens, tokensPerSecond, finish, problem };
}

interface Try {
  readonly trial: Trial;
  readonly start: (input: CommandInput<'try.start'>) => Promise<void>;
  readonly stop: () => void;
}

/** Runs a model on this computer alone and gathers its answer. Leaving the page stops it. */
export function useTry(): Try {
  const { call, onTry } = useEngine();
  const [trial, setTrial] = useState(noTrial);
  const current = useRef<string | null>(null);
  /** Events that arrive before the answer that names the trial. */
  const early = useRef<TryEvent[] | null>(null);

  const stop = useCallback(() => {
    // What has ended meanwhile, or a closed link, needs no stopping.
    if (current.current !== null) call('try.stop', { tryId: current.current }).catch(() => undefined);
  }, [call]);

  useEffect(() => {
    const unsubscribe = onTry((event) => {
      if (early.current !== null) early.current.push(event);
      else if (event.payload.tryId === current.current) {
        if (event.name === 'try:ended') current.current = null;
        setTrial((before) => afterTryEvent(before, event));
      }
    });
    return () => {
      unsubscribe();
      stop();
    };
  }, [onTry, stop]);

  const start = useCallback(
    async (input: CommandInput<'try.start'>) => {
      early.current = [];
      setTrial({ ...noTrial, state: 'starting' });
      try {
        const { tryId } = await call('try.start', input);
        const mine = early.current.filter((event) => event.payload.tryId === tryId);
        current.current = mine.some(({ name }) => name === 'try:ended') ? null : tryId;
        setTrial((before) => mine.reduce(afterTryEvent, before));
      } catch (error) {
        const { title, meaning } = errorWords(error);
        setTrial({ ...noTrial, state: 'over', problem: `${title} ${meaning}`.trim() });
      } finally {
        early.current = null;
      }
    },
    [call],
  );
  return { trial, start, stop };
}
