import { lazy, Suspense } from 'react';
import type { TimeChartProps } from './TimeChartCanvas.tsx';

const Canvas = lazy(async () => ({
  default: (await import('./TimeChartCanvas.tsx')).TimeChartCanvas,
}));

/** A line chart over time. The chart library is loaded on first use; its space is reserved, so the layout does not shift. */
export function TimeChart(props: TimeChartProps) {
  return (
    <figure aria-label={props.label} className="m-0 border-b border-line" style={{ height: props.height }}>
      <Suspense fallback={null}>
        <Canvas {...props} />
      </Suspense>
    </figure>
  );
}
