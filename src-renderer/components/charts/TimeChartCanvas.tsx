import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';

export interface TimeChartProps {
  readonly label: string;
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** Pixels. */
  readonly height: number;
  /** The accent marks own and live data; everything else is slate. */
  readonly tone: 'accent' | 'quiet';
  /** Top of the scale; by default a little above the largest value. */
  readonly most?: number | undefined;
  /** A dashed line, for example a limit or the next level. */
  readonly limit?: number | undefined;
  /** The time span shown, in seconds since 1970; by default that of the data. */
  readonly span?: readonly [number, number] | undefined;
}

/** Draws a `TimeChart` with uPlot; redraws only on new data, width or theme. */
export function TimeChartCanvas(props: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);

  useEffect(() => {
    const box = host.current;
    if (box === null) return undefined;
    const draw = () => {
      chart.current?.destroy();
      chart.current = createChart(box, () => latest.current);
    };
    draw();
    const sizes = new ResizeObserver(() => {
      chart.current?.setSize({ width: box.clientWidth, height: latest.current.height });
    });
    sizes.observe(box);
    // A canvas resolves its colours once, so a theme change redraws the chart.
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ['class'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    latest.current = props;
    chart.current?.setData(dataOf(props));
  }, [props]);

  return <div ref={host} className="h-full w-full" />;
}

function dataOf({ times, values, limit }: TimeChartProps): uPlot.AlignedData {
  return [[...times], [...values], times.map(() => limit ?? null)];
}

/** `read` returns the latest props, so that the scales follow them without a new chart. */
function createChart(box: HTMLElement, read: () => TimeChartProps): uPlot {
  const styles = getComputedStyle(box);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const first = read();
  const options: uPlot.Options = {
    width: box.clientWidth,
    height: first.height,
    padding: [2, 0, 0, 0],
    pxAlign: 0,
    legend: { show: false },
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: (_, low, high) => [...(read().span ?? ([low, high] as const))] },
      y: { range: (_, __, high) => [0, read().most ?? Math.max(1, high * 1.15)] },
    },
    series: [
      {},
      {
        stroke: colour(first.tone === 'accent' ? '--accent' : '--mark'),
        fill: colour(first.tone === 'accent' ? '--accent-soft' : '--hover'),
        width: 1.5,
        points: { show: false },
      },
      { stroke: colour('--slate-8'), width: 1, dash: [3, 3], points: { show: false } },
    ],
  };
  return new uPlot(options, dataOf(first), box);
}
