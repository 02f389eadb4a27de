import { ArrowLeftRight, Cpu, SquarePen } from 'lucide-react';
import { Choices } from '#renderer/components/controls/Choices.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';

export type Role = 'both' | 'contribute' | 'submit';

interface RoleStepProps {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** The intended use: contribute, submit, or both. */
export function RoleStep({ value, onChange }: RoleStepProps) {
  return (
    <Question title="What would you like to do?" text="You can always do both. This only sets how the app starts.">
      <Choices
        label="What would you like to do?"
        value={value}
        onChange={onChange}
        choices={[
          {
            value: 'both',
            title: 'Both',
            text: 'Lend this computer, submit tasks, and pay with what you earn.',
            icon: ArrowLeftRight,
          },
          {
            value: 'contribute',
            title: 'Lend this computer',
            text: 'Earn credits by running small language models for others.',
            icon: Cpu,
          },
          {
            value: 'submit',
            title: 'Ask the swarm',
            text: 'Submit tasks. You see the price first and pay only for what arrives.',
            icon: SquarePen,
          },
        ]}
      />
    </Question>
  );
}
