import { lazy, Suspense } from 'react';
import type { TimeChartProps } from './TimeChartCanvas.tsx';

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
