import { Button } from '#renderer/components/controls/Button.tsx';
import { commandKey, Kbd } from '#renderer/components/marks/Kbd.tsx';
import type { DraftReading } from '#renderer/features/submit/draftSubmission.ts';
import { useDebounced } from '#renderer/components/hooks/useDebounced.ts';
import { briefCredits, microOf, readableCredits } from '#renderer/format/credits.ts';
import { engineWords } from '#renderer/format/engineWords.ts';
import { roughDuration } from '#renderer/format/times.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { Quote } from '#shared/domain/tasks/taskView.ts';

interface RunBarProps {
  readonly reading: DraftReading;
  readonly busy: boolean;
}

/** Price, balance and the Run button. The quote is requested while typing, without sending the text. */
export function RunBar({ reading, busy }: RunBarProps) {
  const debounced = useDebounced(reading, 300);
  const { swarmProblem, connected } = useReachability();
  const quoteInput = debounced.kind === 'ready' && connected ? { submission: debounced.submission } : null;
  const quote = useQuery('task.quote', quoteInput);
  const balance = useSlice('money').balances?.balance;
  const short = quote.data !== null && quoteInput !== null && microOf(balance) < microOf(quote.data.hold);
  return (
    <div className="-mx-4 -mb-[2px] flex items-center justify-between gap-3 border-t border-line px-4 pt-3">
      <div className="number min-w-0 text-xs text-quiet" aria-live="polite">
        {swarmProblem === null ? (
          <QuoteLine reading={reading} quote={quoteInput === null ? null : quote.data} error={quote.error} />
        ) : (
          <p className="text-caution-text">{swarmProblem}</p>
        )}
        {balance === undefined ? null : (
          <p className={short ? 'text-caution-text' : undefined}>
            Balance {readableCredits(microOf(balance))}
            {short && quote.data !== null ? `; ${readableCredits(microOf(quote.data.hold))} must be held` : ''}
          </p>
        )}
      </div>
      <Button type="submit" look="primary" single disabled={reading.kind !== 'ready' || busy || !connected}>
        {busy ? 'Sending…' : 'Run'}
        <Kbd onAccent>{`${commandKey()} ↵`}</Kbd>
      </Button>
    </div>
  );
}

interface QuoteLineProps {
  readonly reading: DraftReading;
  readonly quote: Quote | null;
  readonly error: unknown;
}

function QuoteLine({ reading, quote, error }: QuoteLineProps) {
  if (reading.kind === 'empty') return <p>Write a prompt to see the price.</p>;
  if (reading.kind === 'wrong') return <p className="text-danger-text">{reading.problem}</p>;
  if (error !== null) return <p className="text-caution-text">{errorWords(error).title}</p>;
  if (quote === null) return <p>Getting the price…</p>;
  return (
    <>
      <p>
        About{' '}
        <span className="font-medium text-ink">
          {briefCredits(microOf(quote.low))} to {briefCredits(microOf(quote.high))}
        </span>{' '}
        credits
        {quote.usualSeconds === null ? null : (
          <>
            , <span className="whitespace-nowrap">usually {roughDuration(quote.usualSeconds * 1000)}</span>
          </>
        )}
      </p>
      {quote.reason === null ? null : <p className="text-caution-text">{quote.reason}</p>}
      {quote.budgetEffect === null ? null : <p>{quote.budgetEffect}</p>}
    </>
  );
}

/** Whether a task can be submitted now, and if not, why. */
function useReachability(): { readonly connected: boolean; readonly swarmProblem: string | null } {
  const engineConnected = useLink() === 'open';
  const { joined, connection } = useSlice('swarm');
  if (!engineConnected) return { connected: false, swarmProblem: `${engineWords.sentence} Your text is kept here.` };
  if (joined === null)
    return { connected: false, swarmProblem: 'You are not in a swarm. Join or start one in Settings.' };
  if (connection.state !== 'connected') {
    return {
      connected: false,
      swarmProblem: connection.problem ?? 'The coordinator is not responding. Your text is kept here.',
    };
  }
  return { connected: true, swarmProblem: null };
}
