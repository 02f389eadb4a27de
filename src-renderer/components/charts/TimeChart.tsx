import { lazy, Suspense } from 'react';

export interface TimeChartProps {
  readonly label: string;
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** Pixels. */
  readonly height: number;
  /** The accent means mine and alive; everything else is slate. */
  readonly tone: 'accent' | 'quiet';
  /** Top of the scale; without it the largest value and a little air. */
  readonly most?: number | undefined;
  /** A dashed line, for example a limit or the next level. */
  readonly limit?: number | undefined;
  /** The time span shown, in seconds since 1970; without it that of the data. */
  readonly span?: readonly [number, number] | undefined;
}

const Canvas = lazy(async () => ({
  default: (await import('./TimeChartCanvas.tsx')).TimeChartCanvas,
}));

/** A line over time. The drawing library is loaded on first use; the room is reserved, so nothing jumps. */
export function TimeChart(props: TimeChartProps) {
  return (
    <figure aria-label={props.label} className="m-0 border-b border-line" style={{ height: props.height }}>
      <Suspense fallback={null}>
        <Canvas {...props} />
      </Suspense>
    </figure>
  );
}
