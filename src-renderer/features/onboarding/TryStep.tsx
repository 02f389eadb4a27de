import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { Box } from 'lucide-react';
import { TryText } from '#renderer/features/models/trying/TryText.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/** A first local run of the included model. */
export function TryStep() {
  const models = useSlice('models');
  const model = models.find(({ state }) => state !== 'damaged' && state !== 'gave_up');
  if (model === undefined) {
    return (
      <Question title="Get a model" text="Models do the work, and this computer needs at least one.">
        <EmptyState
          icon={Box}
          title="No models installed"
          text="Choose one on the Models page, which shows what fits this computer."
        />
      </Question>
    );
  }
  return (
    <Question
      title="Try it"
      text={`${model.name} is already installed (${bytesText(model.sizeBytes)}). ${model.purpose}`}
    >
      <div className="flex flex-col gap-3">
        <TryText model={model} />
      </div>
    </Question>
  );
}
