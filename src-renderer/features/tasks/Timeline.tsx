import { clsx } from 'clsx';
import { exactTime } from '#renderer/format/times.ts';
import type { TimelineStep } from '#shared/domain/tasks/taskView.ts';

const words: Readonly<Record<TimelineStep['step'], string>> = {
  submitted: 'Submitted',
  unblocked: 'Parents completed',
  offered: 'Offered',
  assigned: 'Accepted',
  first_token: 'First token',
  handed_over: 'Handed over',
  lost: 'Node lost',
  rejected: 'Rejected',
  delivered: 'Delivered',
  checked: 'Checked',
  paid: 'Paid',
  refunded: 'Remainder refunded',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  expired: 'Expired',
};

/** The steps of a task, each with the time since the first. */
export function Timeline({ steps }: { readonly steps: readonly TimelineStep[] }) {
  const first = steps[0];
  if (first === undefined) return null;
  return (
    <ol aria-label="Timeline" className="flex flex-col">
      {steps.map((step, index) => (
        <li
          key={`${String(step.at)} ${step.step} ${String(index)}`}
          className="grid grid-cols-[58px_14px_1fr] gap-2 py-1"
        >
          <time
            dateTime={new Date(step.at).toISOString()}
            title={exactTime(step.at)}
            className="number text-xs leading-5 text-quiet"
          >
            +{sinceText(step.at - first.at)}
          </time>
          <span
            aria-hidden
            className={clsx(
              'mt-[6px] size-2 rounded-full',
              index === steps.length - 1 ? 'bg-accent' : 'bg-[var(--slate-7)]',
            )}
          />
          <span>
            {words[step.step]} {step.detail === '' ? null : <span className="text-xs text-quiet">{step.detail}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Seconds with two decimals below 10, as in "0.31 s". */
function sinceText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  return seconds < 1000 ? `${seconds.toFixed(1)} s` : `${String(Math.round(seconds / 60))} min`;
}
