import { ArrowLeftRight, Cpu, SquarePen } from 'lucide-react';
import { Choices } from '#renderer/components/controls/Choices.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';

export type Role = 'both' | 'contribute' | 'submit';

interface RoleStepProps {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** What would you like to do? */
export function RoleStep({ value, onChange }: RoleStepProps) {
  return (
    <Question title="What would you like to do?" text="Both are always possible. This only decides how the app begins.">
      <Choices
        label="What would you like to do?"
        value={value}
        onChange={onChange}
        choices={[
          {
            value: 'both',
            title: 'Both',
            text: 'Lend this computer and ask the swarm. What one earns pays for the other.',
            icon: ArrowLeftRight,
          },
          {
            value: 'contribute',
            title: 'Lend this computer',
            text: 'Run small language models for others while you do not need it, and earn credits.',
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
