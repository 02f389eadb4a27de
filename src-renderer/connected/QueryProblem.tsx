import type { ReactNode } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { ErrorState } from '#renderer/components/messages/ErrorState.tsx';
import { engineWords } from '#renderer/format/engineWords.ts';
import type { Query } from '#renderer/state/engine/useQuery.ts';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';

interface QueryProblemProps {
  readonly query: Query<unknown>;
  readonly waiting: ReactNode;
}

/** The placeholder for a missing answer: loading, offline, or the failure with a retry button. */
export function QueryProblem({ query, waiting }: QueryProblemProps) {
  const offline = useLink() !== 'open';
  if (query.error === null) {
    return offline ? <p className="py-6 text-center text-sm text-quiet">{engineWords.unavailable}</p> : waiting;
  }
  const { title, meaning } = errorWords(query.error);
  return (
    <ErrorState
      title={title}
      meaning={meaning}
      action={
        <Button tight disabled={offline || query.loading} onClick={query.reload}>
          Try again
        </Button>
      }
    />
  );
}
