import { Card } from '#renderer/components/layout/Card.tsx';
import { TimeChart } from '#renderer/components/charts/TimeChart.tsx';
import { levelAfter, levelTitle } from '#renderer/format/reputation.ts';
import { dayName } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { Reputation } from '#shared/domain/swarm/reputation.ts';
import { levelThreshold } from '#shared/domain/swarm/reputationLevel.ts';

const days = 60;

/** The score over the last sixty days, with the next level as a dashed line. */
export function ScorePath({ now }: { readonly now: Reputation }) {
  const { data } = useQuery('reputation.path', { days }, useSlice('reputation'));
  const next = levelAfter(now.level);
  const points = data?.points ?? [];
  const first = points[0];
  const last = points.at(-1);
  return (
    <Card title="Score history" aside={<span className="text-xs text-quiet">{days} days</span>}>
      {data !== null && points.length < 2 ? (
        <p className="flex h-[132px] items-center justify-center text-xs text-quiet">
          Starts with the first completed task.
        </p>
      ) : (
        <TimeChart
          label={`Reputation over the last ${String(days)} days`}
          times={points.map((point) => point.at / 1000)}
          values={points.map((point) => point.score)}
          most={100}
          limit={next === null ? undefined : levelThreshold[next]}
          height={132}
          tone="accent"
        />
      )}
      <p className="number mt-2 flex justify-between text-xs text-quiet">
        <span>{first === undefined ? '' : dayName(first.at)}</span>
        {next === null ? null : <span>--- {levelTitle(next)}</span>}
        <span>{last === undefined ? '' : dayName(last.at)}</span>
      </p>
    </Card>
  );
}
