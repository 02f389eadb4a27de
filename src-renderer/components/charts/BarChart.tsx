import { clsx } from 'clsx';

export interface BarDatum {
  readonly key: string;
  /** The day, for the tooltip and the axis. */
  readonly label: string;
  /** The exact amount as text. */
  readonly text: string;
  readonly value: number;
}

interface BarChartProps {
  readonly label: string;
  readonly bars: readonly BarDatum[];
}

/** One bar per day, on guide lines. Every bar has a tooltip; the table below the chart shows the same numbers. */
export function BarChart({ label, bars }: BarChartProps) {
  const most = Math.max(...bars.map((bar) => bar.value), 0);
  const labelled = axisLabels(bars);
  return (
    <figure aria-label={label} className="m-0">
      <div className="relative h-[172px]">
        {[0, 0.5, 1].map((level) => (
          <div
            key={level}
            className="absolute inset-x-0 border-t border-line"
            style={{ bottom: `${String(level * 80)}%` }}
          />
        ))}
        <div className="absolute inset-0 flex items-end gap-[3px]">
          {bars.map((bar) => (
            <div
              key={bar.key}
              title={`${bar.label}: ${bar.text}`}
              className="flex h-full min-w-0 flex-1 items-end justify-center hover:bg-hover"
            >
              <div
                className={clsx('w-[56%] max-w-10 min-w-[2px] rounded-t-sm', bar.value > 0 ? 'bg-accent' : 'bg-track')}
                style={{ height: most === 0 || bar.value === 0 ? '2px' : `${String((bar.value / most) * 80)}%` }}
              />
            </div>
          ))}
        </div>
      </div>
      <figcaption className="number mt-2 flex justify-between text-xs text-quiet">
        {labelled.map((bar) => (
          <span key={bar.key}>{bar.label}</span>
        ))}
      </figcaption>
    </figure>
  );
}

function axisLabels(bars: readonly BarDatum[]): readonly BarDatum[] {
  if (bars.length <= 8) return bars;
  const steps = [0, 1 / 3, 2 / 3, 1].map((part) => bars[Math.round(part * (bars.length - 1))]);
  return steps.filter((bar) => bar !== undefined);
}
