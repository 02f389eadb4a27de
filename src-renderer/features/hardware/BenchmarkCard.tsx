import { Gauge, Square } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { RelativeTime } from '#renderer/components/data/RelativeTime.tsx';
import { BenchmarkResults } from '#renderer/features/hardware/BenchmarkResults.tsx';
import { RunningBenchmark } from '#renderer/features/hardware/RunningBenchmark.tsx';
import { duration } from '#renderer/format/times.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';

/** The running benchmark, or the last results. */
export function BenchmarkCard() {
  const { running, last, previous, problem } = useSlice('benchmark');
  const offline = useLink() !== 'open';
  const start = useAction('benchmark.start');
  const cancel = useAction('benchmark.cancel');
  return (
    <Card flush aria-label="Benchmark">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2 border-b border-line px-4 py-[10px]">
        <div className="min-w-0">
          <h2 className="text-sm font-semibold">Benchmark</h2>
          {last === null ? null : <LastLine report={last} />}
        </div>
        {running === null ? (
          <span className="flex flex-wrap gap-2">
            <Button tight disabled={offline || start.busy} onClick={() => void start.run({ set: 'quick' })}>
              Quick (under 10 s)
            </Button>
            <Button
              tight
              disabled={offline || start.busy}
              onClick={() => void start.run({ set: 'full' })}
              icon={<Icon of={Gauge} size={14} />}
            >
              Full (under a minute)
            </Button>
          </span>
        ) : (
          <Button
            tight
            disabled={offline || cancel.busy}
            onClick={() => void cancel.run({})}
            icon={<Icon of={Square} size={14} />}
          >
            Stop
          </Button>
        )}
      </div>
      {running === null ? null : (
        <div className="border-b border-line px-4 py-3">
          <RunningBenchmark progress={running} />
        </div>
      )}
      {running === null && problem !== null ? (
        <div className="border-b border-line px-4 py-3">
          <Notice tone="danger">The last benchmark failed: {problem}</Notice>
        </div>
      ) : null}
      {last === null ? (
        running === null ? (
          <EmptyState
            icon={Gauge}
            title="No benchmark yet"
            text="It takes seconds and determines which models fit, how many tasks run at once and how many threads they use."
          />
        ) : null
      ) : (
        <BenchmarkResults report={last} previous={previous} />
      )}
    </Card>
  );
}

function LastLine({ report }: { readonly report: BenchmarkReport }) {
  const { otherPercent, isBusy } = report.load;
  return (
    <p className="number text-xs text-quiet">
      <RelativeTime at={report.at} />, {report.set === 'quick' ? 'quick benchmark' : 'full benchmark'}, took{' '}
      {duration(report.tookMs)}
      {isBusy ? (
        <span className="text-caution-text">
          {' '}
          · other programs were busy{otherPercent === null ? '' : ` (${otherPercent.toFixed(0)} %)`}, so the results are
          unreliable
        </span>
      ) : null}
    </p>
  );
}
