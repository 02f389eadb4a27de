import { Award, CircleCheck, CircleDashed } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ArcGauge } from '#renderer/components/charts/ArcGauge.tsx';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { PageHead } from '#renderer/components/layout/PageHead.tsx';
import { Progress } from '#renderer/components/data/Progress.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { ScorePath } from '#renderer/features/reputation/ScorePath.tsx';
import { layersOf } from '#renderer/features/reputation/layers.ts';
import { RecentChecks } from '#renderer/features/reputation/RecentChecks.tsx';
import { oneDecimal } from '#renderer/format/numbers.ts';
import { levelAfter, levelTitle, needsFor, unlockedAt } from '#renderer/format/reputation.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { priceTable } from '#shared/domain/money/prices.ts';
import type { Reputation, ReputationState } from '#shared/domain/swarm/reputation.ts';
import { levelsInOrder, levelThreshold, type ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';

/** The reputation score, its layers, its history, and the next level's requirements. */
export function ReputationPage() {
  const { now, state } = useSlice('reputation');
  return (
    <>
      <PageHead title="Reputation" text="How much the swarm trusts this computer, and what that unlocks." />
      {now === null ? (
        <NoReputation />
      ) : (
        <>
          <section className="grid grid-cols-[268px_minmax(0,1fr)] gap-3 max-small:grid-cols-1">
            <Score now={now} />
            <Layers now={now} state={state} />
          </section>
          <section className="grid grid-cols-[minmax(0,7fr)_minmax(0,5fr)] gap-3 max-small:grid-cols-1">
            <ScorePath now={now} />
            <NextLevel now={now} state={state} />
          </section>
          <RecentChecks />
        </>
      )}
    </>
  );
}

function NoReputation() {
  const [, navigate] = useLocation();
  return (
    <Card>
      <EmptyState
        icon={Award}
        title="No reputation yet"
        text="It starts when this computer joins a swarm and grows with every completed and checked task."
        action={<Button onClick={() => navigate('/settings')}>Choose a swarm</Button>}
      />
    </Card>
  );
}

function Score({ now }: { readonly now: Reputation }) {
  const marks = levelsInOrder.slice(1).map((level) => levelThreshold[level]);
  const score = oneDecimal(now.score);
  return (
    <Card className="text-center">
      <ArcGauge label={`Score ${score} of 100`} value={now.score} marks={marks} text={score} />
      <p className="mt-[14px]">
        <Tag tone={now.level === 'novice' ? 'plain' : 'good'}>{levelTitle(now.level)}</Tag>
      </p>
      <p className="mt-[10px] text-xs text-quiet">
        {levelText(now.level)}
        <br />
        {nextLevelText(now.level)}
      </p>
    </Card>
  );
}

function levelText(level: ReputationLevel): string {
  const tenths = priceTable.levelTenths[level];
  const factor = `${(tenths / 10n).toString()}.${(tenths % 10n).toString()}`;
  return `Pays ×${factor} and unlocks ${unlockedAt(level).join(' and ')} tasks.`;
}

function nextLevelText(level: ReputationLevel): string {
  const next = levelAfter(level);
  return next === null
    ? 'This is the highest level.'
    : `${levelTitle(next)} starts at ${String(levelThreshold[next])}.`;
}

interface ReputationProps {
  readonly now: Reputation;
  readonly state: ReputationState | null;
}

function Layers({ now, state }: ReputationProps) {
  return (
    <Card title="Breakdown" aside={<span className="text-xs text-quiet">Recent work counts most</span>}>
      {layersOf(now, state).map((layer) => (
        <div
          key={layer.title}
          className="grid grid-cols-[178px_1fr_44px] items-center gap-x-3 py-[7px] max-small:grid-cols-[1fr_44px]"
        >
          <span>
            {layer.title} <span className="number text-xs text-quiet">{layer.weight} %</span>
          </span>
          <div className="max-small:order-1 max-small:col-span-2 max-small:my-1">
            <Progress
              label={`${layer.title} ${oneDecimal(layer.score)} of 100`}
              value={layer.score / 100}
              shape="bar"
            />
          </div>
          <span className="number text-right font-medium">{oneDecimal(layer.score)}</span>
          <span className="number col-start-2 text-xs text-quiet max-small:order-2 max-small:col-span-2 max-small:col-start-1">
            {layer.samples}
          </span>
        </div>
      ))}
    </Card>
  );
}

function NextLevel({ now, state }: ReputationProps) {
  const next = levelAfter(now.level);
  const [time] = useState(() => Date.now());
  if (next === null) {
    return (
      <Card title="Highest level">
        <p className="text-quiet">All task types stay unlocked as long as results stay good.</p>
      </Card>
    );
  }
  return (
    <Card title={`To reach ${levelTitle(next)}`}>
      <ul>
        {needsFor(next, now, state, time).map((need) => (
          <li key={need.title} className="flex items-start gap-2 border-t border-line py-2 first:border-t-0">
            <span className={need.met ? 'mt-[2px] text-accent-text' : 'mt-[2px]'}>
              <Icon of={need.met ? CircleCheck : CircleDashed} />
            </span>
            <div>
              <p>
                {need.title}
                {need.met ? <span className="sr-only"> (reached)</span> : null}
              </p>
              <p className="number text-xs text-quiet">{need.text}</p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
