import { useState } from 'react';
import { TextInput } from '#renderer/components/controls/Field.tsx';

interface NumberSettingProps {
  readonly label: string;
  /** Unit after the number: "minutes", "%", "°C". */
  readonly unit: string;
  /** Null for the default, which the placeholder describes. */
  readonly value: number | null;
  readonly least: number;
  readonly most: number;
  /** Placeholder while empty; without it a value is required. */
  readonly emptyMeans?: string;
  readonly disabled: boolean;
  readonly onChange: (value: number | null) => void;
}

/** A number input, saved on blur or Enter. An invalid value is reported and not saved. */
export function NumberSetting(props: NumberSettingProps) {
  const { label, unit, value, least, most, emptyMeans, disabled, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (value === null ? '' : String(value));
  const wanted = text.trim() === '' ? null : Number(text.trim().replace(',', '.'));
  const fits =
    wanted === null ? emptyMeans !== undefined : Number.isInteger(wanted) && wanted >= least && wanted <= most;
  const keep = () => {
    if (!fits || typed === null) return;
    setTyped(null);
    if (wanted !== value) onChange(wanted);
  };
  return (
    <span className="flex flex-col items-end gap-1">
      <span className="flex items-center gap-2">
        <span className={emptyMeans === undefined ? 'w-16' : 'w-28'}>
          <TextInput
            aria-label={label}
            aria-invalid={!fits}
            inputMode="numeric"
            className="number text-right"
            placeholder={emptyMeans}
            disabled={disabled}
            value={text}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={keep}
            onKeyDown={(event) => {
              if (event.key === 'Enter') keep();
              if (event.key === 'Escape') setTyped(null);
            }}
          />
        </span>
        <span className="text-xs whitespace-nowrap text-quiet">{unit}</span>
      </span>
      {fits ? null : (
        <span role="alert" className="text-xs text-danger-text">
          Enter {least} to {most}
          {emptyMeans === undefined ? '.' : ', or leave empty.'}
        </span>
      )}
    </span>
  );
}
