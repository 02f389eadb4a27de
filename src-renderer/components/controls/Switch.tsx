import { Switch as RadixSwitch } from 'radix-ui';
import { useSoftDisabled } from './useSoftDisabled.ts';

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: string;
  readonly disabled?: boolean;
  /** The label is shown elsewhere, for example at the start of a settings row. */
  readonly labelHidden?: boolean;
}

/** An on/off switch with its label. */
export function Switch({ checked, onChange, label, disabled = false, labelHidden = false }: SwitchProps) {
  const softly = useSoftDisabled(disabled);
  return (
    <label className="inline-flex items-center gap-2">
      <RadixSwitch.Root
        checked={checked}
        onCheckedChange={(next) => (softly.ignoresInput ? undefined : onChange(next))}
        disabled={softly.disabled}
        aria-disabled={disabled}
        onFocus={softly.onFocus}
        onBlur={softly.onBlur}
        aria-label={label}
        className="flex h-[22px] w-[38px] flex-none items-center rounded-full bg-[var(--slate-8)] p-[2px] transition-colors duration-150 aria-disabled:opacity-50 data-[state=checked]:bg-accent"
      >
        <RadixSwitch.Thumb className="block size-[18px] rounded-full bg-[#fff] shadow-[0_1px_2px_rgb(0_0_0/25%)] transition-transform duration-150 data-[state=checked]:translate-x-4" />
      </RadixSwitch.Root>
      {labelHidden ? null : <span className="font-medium whitespace-nowrap">{label}</span>}
    </label>
  );
}
