import { Card } from '#renderer/components/layout/Card.tsx';
import { creditsPerHour, exactCredits, microOf, readableCredits } from '#renderer/format/credits.ts';
import { counted } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import type { EarningsReport } from '#shared/api/history.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';

const inPeriod = { day: 'today', week: 'in 7 days', month: 'in 30 days', all: 'in total' } as const;
const before = { day: 'yesterday', week: 'the previous week', month: 'the previous month', all: '' } as const;

/** Four figures: earned, spent, hourly rate and balance. */
export function Figures({ report }: { readonly report: EarningsReport }) {
  const { balances } = useSlice('money');
  const earned = microOf(report.earned);
  const held = microOf(balances?.escrow) + microOf(balances?.pending);
  return (
    <section aria-label="Summary" className="grid grid-cols-4 gap-3 max-small:grid-cols-2">
      <Figure title={`Earned ${inPeriod[report.period]}`} amount={earned} note={earnedNote(report)} />
      <Figure
        title={`Spent ${inPeriod[report.period]}`}
        amount={microOf(report.spent)}
        note={counted(report.tasksAsked, 'task submitted', 'tasks submitted')}
      />
      <Figure
        title="Per hour of work"
        amount={creditsPerHour(earned, report.workedMs)}
        note={
          report.workedMs < 1
            ? 'no work yet'
            : `${duration(report.workedMs)} worked, ${counted(report.tasksRun, 'task')}`
        }
      />
      <Figure
        title="Balance"
        amount={microOf(balances?.balance)}
        note={held === 0n ? 'nothing held or pending' : `${readableCredits(held)} held or pending`}
      />
    </section>
  );
}

function earnedNote(report: EarningsReport): string {
  if (report.changePercent === null) return `${counted(report.tasksRun, 'task')} for others`;
  const sign = report.changePercent > 0 ? '+' : report.changePercent < 0 ? '−' : '';
  return `${sign}${String(Math.abs(Math.round(report.changePercent)))} % vs. ${before[report.period]}`;
}

interface FigureProps {
  readonly title: string;
  /** Null while unknown. */
  readonly amount: MicroCredits | null;
  readonly note: string;
}

function Figure({ title, amount, note }: FigureProps) {
  return (
    <Card>
      <p className="text-xs text-quiet">{title}</p>
      <p
        className="number my-[2px] text-2xl max-small:text-xl font-semibold tracking-[-0.02em]"
        title={amount === null ? undefined : `${exactCredits(amount)} credits`}
      >
        {amount === null ? (
          <span className="text-quiet">–</span>
        ) : (
          <>
            {readableCredits(amount)} <span className="text-sm font-normal tracking-normal text-quiet">credits</span>
          </>
        )}
      </p>
      <p className="number text-xs text-quiet">{note}</p>
    </Card>
  );
}
