import { EmptyState } from '#renderer/components/layout/EmptyState.tsx';
import { Box } from 'lucide-react';
import { TryText } from '#renderer/features/models/trying/TryText.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/** The model that came along, tried at once on this computer alone. */
export function TryStep() {
  const models = useSlice('models');
  const model = models.find(({ state }) => state !== 'damaged' && state !== 'gave_up');
  if (model === undefined) {
    return (
      <Question title="A model to begin with" text="Models do the work; this computer needs at least one.">
        <EmptyState
          icon={Box}
          title="No model is here yet"
          text="You choose one on the page Models, which says what fits this computer."
        />
      </Question>
    );
  }
  return (
    <Question title="Try it" text={`${model.name} is here already, ${bytesText(model.sizeBytes)}. ${model.purpose}`}>
      <div className="flex flex-col gap-3">
        <TryText model={model} />
      </div>
    </Question>
  );
}
