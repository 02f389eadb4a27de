import type { LucideIcon } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { Icon } from '#renderer/components/marks/Icon.tsx';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly text: string;
  readonly icon: LucideIcon;
  /** At the right of the title. */
  readonly aside?: string;
  /** Below the text. */
  readonly more?: ReactNode;
}

interface ChoicesProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
}

/** A choice of one among a few described options. */
export function Choices<Value extends string>({ label, value, choices, onChange }: ChoicesProps<Value>) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const chosen = choices.find((choice) => choice.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className="flex flex-col gap-2"
    >
      {choices.map((choice) => (
        <RadioGroup.Item
          key={choice.value}
          value={choice.value}
          className="flex items-start gap-3 rounded-card border border-line bg-surface px-4 py-3 text-left shadow-card hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent"
        >
          <span className="mt-[2px]">
            <Icon of={choice.icon} />
          </span>
          <span className="min-w-0 flex-1">
            <span className="flex items-baseline justify-between gap-3 font-medium">
              <span className="min-w-0">{choice.title}</span>
              {choice.aside === undefined ? null : (
                <span className="number flex-none text-xs font-normal text-quiet">{choice.aside}</span>
              )}
            </span>
            <span className="block text-sm text-quiet">{choice.text}</span>
            {choice.more === undefined ? null : <span className="mt-1 block">{choice.more}</span>}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
