import { useSyncExternalStore } from 'react';
import { Card } from '#renderer/components/layout/Card.tsx';
import { TimeChart } from '#renderer/components/charts/TimeChart.tsx';
import { count, gigabytes, oneDecimal } from '#renderer/format/numbers.ts';
import { useEngine, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { meterSeconds, type Sample } from '#renderer/state/answers/SampleHistory.ts';
import type { Settings } from '#shared/api/snapshot.ts';

interface Meter {
  readonly title: string;
  readonly unit: (last: Sample) => string;
  readonly value: (sample: Sample) => number;
  readonly text: (sample: Sample) => string;
  readonly most: (samples: readonly Sample[]) => number;
  readonly tone: 'accent' | 'quiet';
  /** The owner's limit, drawn as a dashed line. */
  readonly limit?: (settings: Settings) => number | null;
}

const meters: readonly Meter[] = [
  {
    title: 'Speed',
    unit: () => 'tokens/s',
    value: (sample) => sample.tokensPerSecond,
    text: (sample) => (sample.tokensPerSecond === 0 ? '0' : oneDecimal(sample.tokensPerSecond)),
    most: (samples) => Math.max(10, ...samples.map((sample) => sample.tokensPerSecond)) * 1.15,
    tone: 'accent',
  },
  {
    title: 'Processor',
    unit: () => '%',
    value: (sample) => sample.processorPercent,
    text: (sample) => count(sample.processorPercent),
    most: () => 100,
    tone: 'quiet',
    limit: (settings) => settings['contribution.cpuShare'],
  },
  {
    title: 'Memory',
    unit: (last) => `of ${gigabytes(last.memoryTotalBytes)} GB`,
    value: (sample) => sample.memoryBytes / 1e9,
    text: (sample) => gigabytes(sample.memoryBytes),
    most: (samples) => (samples.at(-1)?.memoryTotalBytes ?? 1e9) / 1e9,
    tone: 'quiet',
    limit: ({ 'contribution.memoryLimit': bytes }) => (bytes === null ? null : bytes / 1e9),
  },
];

/** Shortest time span shown, in seconds. */
const shortestSpan = 60;

/** Meters of the last five minutes, sampled only while shown. */
export function Meters() {
  const { samples } = useEngine();
  const history = useSyncExternalStore(samples.subscribe, samples.read);
  const last = history.at(-1);
  return (
    <Card aria-label="Last five minutes">
      <div className="grid grid-cols-3 gap-6 max-phone:grid-cols-1">
        {meters.map((meter) => (
          <div key={meter.title} className="min-w-0">
            <div className="number mb-[6px] flex justify-between text-xs">
              <span className="text-quiet">{meter.title}</span>
              {last === undefined ? (
                <span className="text-quiet">–</span>
              ) : (
                <span>
                  <span className="font-medium">{meter.text(last)}</span>{' '}
                  <span className="text-quiet">{meter.unit(last)}</span>
                </span>
              )}
            </div>
            <MeterChart meter={meter} history={history} />
          </div>
        ))}
      </div>
    </Card>
  );
}

function MeterChart({ meter, history }: { readonly meter: Meter; readonly history: readonly Sample[] }) {
  const settings = useSlice('settings');
  const end = (history.at(-1)?.at ?? 0) / 1000;
  const first = (history[0]?.at ?? 0) / 1000;
  // With few samples, a minimum span keeps the line readable.
  const from = Math.max(end - meterSeconds, Math.min(first, end - shortestSpan));
  return (
    <TimeChart
      label={`${meter.title}, last five minutes`}
      times={history.map((sample) => sample.at / 1000)}
      values={history.map(meter.value)}
      most={meter.most(history)}
      limit={meter.limit?.(settings) ?? undefined}
      span={[from, end]}
      height={48}
      tone={meter.tone}
    />
  );
}
