import { Progress } from '#renderer/components/data/Progress.tsx';
import { Pulse } from '#renderer/components/marks/Pulse.tsx';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { elapsed } from '#renderer/format/times.ts';
import type { BenchmarkProgress } from '#shared/api/hardware.ts';

/** A benchmark in progress: the current step, the latest result and the progress. */
export function RunningBenchmark({ progress }: { readonly progress: BenchmarkProgress }) {
  const now = useNow(1000);
  return (
    <div>
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <span className="flex min-w-0 items-center gap-2">
          <Pulse tone="live" />
          <output className="truncate">{progress.text}</output>
        </span>
        <span className="number flex-none text-quiet">{progress.latest ?? ''}</span>
      </div>
      <Progress label="Benchmark progress" value={progress.share} shape="line" />
      <p className="number mt-1 text-xs text-quiet">
        {Math.round(progress.share * 100)} % · {elapsed(Math.max(0, now - progress.startedAt))}
      </p>
    </div>
  );
}
