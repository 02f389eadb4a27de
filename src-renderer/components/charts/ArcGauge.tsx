interface ArcGaugeProps {
  readonly label: string;
  /** 0 to 100. */
  readonly value: number;
  /** Boundaries between the segments, ascending, between 0 and 100. */
  readonly marks: readonly number[];
  /** Shown inside the arc. */
  readonly text: string;
}

const radius = 92;
const centre = { x: 110, y: 104 };
const gap = 0.65;

/** A semicircular gauge with segments, filled up to the value. */
export function ArcGauge({ label, value, marks, text }: ArcGaugeProps) {
  const edges = [0, ...marks, 100];
  const segments = edges.slice(0, -1).map((from, index) => ({ from, to: edges[index + 1] ?? 100 }));
  return (
    <figure aria-label={label} className="relative mx-auto h-[112px] w-[220px]">
      <svg aria-hidden width={220} height={116} viewBox="0 0 220 116">
        {segments.map(({ from, to }, index) => {
          const start = index === 0 ? from : from + gap;
          const end = index === segments.length - 1 ? to : to - gap;
          return (
            <g key={from} fill="none" strokeWidth={8}>
              <path d={arc(start, end)} stroke="var(--slate-5)" />
              {value > start ? <path d={arc(start, Math.min(value, end))} stroke="var(--accent)" /> : null}
            </g>
          );
        })}
      </svg>
      <p className="number absolute inset-x-0 top-[46px] text-center text-3xl font-semibold tracking-[-0.03em]">
        {text}
      </p>
    </figure>
  );
}

function arc(from: number, to: number): string {
  const start = point(from);
  const end = point(to);
  return `M${start}A${String(radius)} ${String(radius)} 0 0 1 ${end}`;
}

function point(value: number): string {
  const angle = Math.PI * (1 - value / 100);
  const x = centre.x + radius * Math.cos(angle);
  const y = centre.y - radius * Math.sin(angle);
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
