import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';

interface NameStepProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly onEnter: () => void;
}

/** The name of the node. */
export function NameStep({ value, onChange, onEnter }: NameStepProps) {
  return (
    <Question title="Name this computer" text="Others in the swarm see this name. It does not have to identify you.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onEnter();
        }}
      >
        <Field label="Node name" hint="You can change it at any time.">
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              maxLength={64}
              value={value}
              onChange={(event) => onChange(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Question>
  );
}
