import { Link } from 'wouter';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Progress } from '#renderer/components/data/Progress.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { levelTitle, nextLevelSentence } from '#renderer/format/reputation.ts';
import { oneDecimal } from '#renderer/format/numbers.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/** Score, level and the next level's requirement. */
export function ReputationCard() {
  const { now, state } = useSlice('reputation');
  return (
    <Card
      title="Reputation"
      aside={now === null ? null : <Tag tone={now.level === 'novice' ? 'plain' : 'good'}>{levelTitle(now.level)}</Tag>}
    >
      {now === null ? (
        <p className="text-xs text-quiet">Your reputation starts when you join a swarm.</p>
      ) : (
        <Link href="/reputation" className="block rounded-sm">
          <div className="mb-3 flex items-baseline gap-[10px]">
            <span className="number text-2xl font-semibold tracking-[-0.02em]">{oneDecimal(now.score)}</span>
            <span className="min-w-0 text-xs text-quiet">{nextLevelSentence(now, state)}</span>
          </div>
          <Progress label={`Reputation ${oneDecimal(now.score)} of 100`} value={now.score / 100} shape="bar" />
        </Link>
      )}
    </Card>
  );
}
