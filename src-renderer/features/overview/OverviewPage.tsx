import { StateHead } from '#renderer/features/overview/StateHead.tsx';
import { Meters } from '#renderer/features/overview/Meters.tsx';
import { NextStep } from '#renderer/features/overview/NextStep.tsx';
import { ReputationCard } from '#renderer/features/overview/ReputationCard.tsx';
import { RunningCard } from '#renderer/features/overview/RunningCard.tsx';
import { SwarmCard } from '#renderer/features/overview/SwarmCard.tsx';
import { taskCards } from '#renderer/format/taskCards.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/** The computer's current activity and earnings. */
export function OverviewPage() {
  const cards = taskCards(useSlice('tasks'));
  return (
    <>
      <StateHead />
      {cards.length === 0 ? (
        <NextStep />
      ) : (
        <section aria-label="Running now" className="grid grid-cols-2 gap-3 max-small:grid-cols-1">
          {cards.map((card) => (
            <RunningCard key={`${card.task.taskId} ${card.task.role}`} {...card} />
          ))}
        </section>
      )}
      <Meters />
      <section className="grid grid-cols-2 gap-3 max-small:grid-cols-1">
        <ReputationCard />
        <SwarmCard />
      </section>
    </>
  );
}
