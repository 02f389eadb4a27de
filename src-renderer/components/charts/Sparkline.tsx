interface SparklineProps {
  readonly label: string;
  /** One value per day, oldest first; the last one is today and gets the accent colour. */
  readonly values: readonly number[];
}

const height = 40;
const pitch = 19;

/** Small daily bars; empty days keep a trace so that the rhythm stays readable. */
export function Sparkline({ label, values }: SparklineProps) {
  const most = Math.max(...values, 0);
  const width = Math.max(0, values.length * pitch - 6);
  return (
    <figure aria-label={label} className="m-0 flex-none">
      <svg aria-hidden width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`}>
        {values.map((value, index) => {
          const bar = most === 0 ? 2 : Math.max(2, (value / most) * (height - 3));
          return (
            <rect
              key={index}
              x={index * pitch}
              y={height - bar}
              width={13}
              height={bar}
              rx={Math.min(2.5, bar / 2)}
              fill={index === values.length - 1 && value > 0 ? 'var(--accent)' : 'var(--slate-6)'}
            />
          );
        })}
      </svg>
    </figure>
  );
}
