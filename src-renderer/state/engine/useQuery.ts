import { useCallback, useEffect, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput } from '#shared/api/commands.ts';
import { useEngine, useLink } from './EngineContext.tsx';

export interface Query<Data> {
  /** The last successful answer; kept while a newer one is fetched, so that the layout does not shift. */
  readonly data: Data | null;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface Question<Input> {
  readonly key: string | null;
  readonly input: Input | null;
  readonly open: boolean;
  readonly turn: number;
  readonly refreshOn: unknown;
}

interface Outcome<Input, Data> {
  readonly of: Question<Input> | null;
  readonly data: Data | null;
  readonly error: unknown;
}

/**
 * Queries the engine, again whenever the input, the connection or `refreshOn` changes. `refreshOn` is a value whose change
 * makes the answer stale. An `input` of null queries nothing.
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
  const wanted: Question<CommandInput<K>> = { key: JSON.stringify(input), input, open, turn, refreshOn };
  const [question, setQuestion] = useState(wanted);
  if (!sameQuestion(question, wanted)) setQuestion(wanted);
  const [outcome, setOutcome] = useState<Outcome<CommandInput<K>, CommandOutput<K>>>(nothingYet);

  useEffect(() => {
    if (question.input === null || !question.open) return undefined;
    let current = true;
    call(name, question.input).then(
      (data) => current && setOutcome({ of: question, data, error: null }),
      (error: unknown) => current && setOutcome((before) => ({ of: question, data: before.data, error })),
    );
    return () => {
      current = false;
    };
  }, [call, name, question]);

  return { data: outcome.data, error: outcome.error, loading: outcome.of !== question, reload };
}

const nothingYet = { of: null, data: null, error: null } as const;

function sameQuestion(one: Question<unknown>, other: Question<unknown>): boolean {
  return (
    one.key === other.key && one.open === other.open && one.turn === other.turn && one.refreshOn === other.refreshOn
  );
}
