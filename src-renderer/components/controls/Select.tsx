import { clsx } from 'clsx';
import { Check, ChevronDown, type LucideIcon } from 'lucide-react';
import { Select as RadixSelect } from 'radix-ui';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { floatClass, itemClass } from './floatStyle.ts';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** A secondary line. */
  readonly hint?: string;
  readonly disabled?: boolean;
}

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly SelectOption<Value>[];
  readonly onChange: (value: Value) => void;
  readonly icon?: LucideIcon;
  readonly className?: string;
}

/** A drop-down list of options; typing jumps to a name. */
export function Select<Value extends string>({ label, value, options, onChange, icon, className }: SelectProps<Value>) {
  return (
    <RadixSelect.Root
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      <RadixSelect.Trigger
        aria-label={label}
        className={clsx(
          'inline-flex h-8 min-w-0 items-center gap-2 rounded-control border border-line-strong bg-surface px-[10px] text-sm hover:bg-hover',
          className,
        )}
      >
        {icon === undefined ? null : <Icon of={icon} />}
        <span className="min-w-0 flex-1 truncate text-left">
          <RadixSelect.Value />
        </span>
        <Icon of={ChevronDown} size={14} />
      </RadixSelect.Trigger>
      <RadixSelect.Portal>
        <RadixSelect.Content position="popper" sideOffset={4} className={clsx(floatClass, 'max-h-80')}>
          <RadixSelect.Viewport className="p-1">
            {options.map((option) => (
              <SelectItem key={option.value} option={option} />
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  );
}

function SelectItem({ option }: { readonly option: SelectOption<string> }) {
  return (
    <RadixSelect.Item value={option.value} disabled={option.disabled ?? false} className={clsx(itemClass, 'pr-8')}>
      <span className="min-w-0">
        <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
        {option.hint === undefined ? null : <span className="block text-xs text-quiet">{option.hint}</span>}
      </span>
      <RadixSelect.ItemIndicator className="absolute right-2">
        <Icon of={Check} size={14} />
      </RadixSelect.ItemIndicator>
    </RadixSelect.Item>
  );
}
