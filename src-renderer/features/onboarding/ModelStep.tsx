import { FirstModels } from '#renderer/features/models/catalogue/FirstModels.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

interface ModelStepProps {
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Choice of a model: the included one suffices; a better one can be downloaded meanwhile. */
export function ModelStep({ value, onChange }: ModelStepProps) {
  const hasModel = useSlice('models').length > 0;
  return (
    <Question
      title="Choose a model"
      text={
        hasModel
          ? 'One is included to get you started. These fit this computer best and give better answers.'
          : 'Models do the work, and this computer needs at least one. These fit it best.'
      }
    >
      <FirstModels value={value} onChange={onChange} />
    </Question>
  );
}
