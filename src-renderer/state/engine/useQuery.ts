import { useCallback, useEffect, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput } from '#shared/api/commands.ts';
import { useEngine, useLink } from './EngineContext.tsx';

export interface Query<Data> {
  /** The last good answer; kept while a newer one is fetched, so that nothing jumps. */
  readonly data: Data | null;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface Asked<Input> {
  readonly key: string | null;
  readonly input: Input | null;
  readonly open: boolean;
  readonly turn: number;
  readonly refreshOn: unknown;
}

interface Outcome<Input, Data> {
  readonly of: Asked<Input> | null;
  readonly data: Data | null;
  readonly error: unknown;
}

/**
 * Asks the engine and asks again when the input, the connection or `refreshOn` changes. `refreshOn` is a slice whose
 * change makes the answer old. `input` null asks nothing.
 */
export function useQuery<K extends CommandName>(
  name: K,
  input: CommandInput<K> | null,
  refreshOn?: unknown,
): Query<CommandOutput<K>> {
  const { call } = useEngine();
  const open = useLink() === 'open';
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const wanted: Asked<CommandInput<K>> = { key: JSON.stringify(input), input, open, turn, refreshOn };
  const [asked, setAsked] = useState(wanted);
  if (!sameQuestion(asked, wanted)) setAsked(wanted);
  const [outcome, setOutcome] = useState<Outcome<CommandInput<K>, CommandOutput<K>>>(nothingYet);

  useEffect(() => {
    if (asked.input === null || !asked.open) return undefined;
    let current = true;
    call(name, asked.input).then(
      (data) => current && setOutcome({ of: asked, data, error: null }),
      (error: unknown) => current && setOutcome((before) => ({ of: asked, data: before.data, error })),
    );
    return () => {
      current = false;
    };
  }, [call, name, asked]);

  return { data: outcome.data, error: outcome.error, loading: outcome.of !== asked, reload };
}

const nothingYet = { of: null, data: null, error: null } as const;

function sameQuestion(one: Asked<unknown>, other: Asked<unknown>): boolean {
  return (
    one.key === other.key && one.open === other.open && one.turn === other.turn && one.refreshOn === other.refreshOn
  );
}
