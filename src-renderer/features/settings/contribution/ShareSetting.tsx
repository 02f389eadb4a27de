import { useState } from 'react';

interface ShareSettingProps {
  readonly label: string;
  /** Percent. */
  readonly value: number;
  readonly disabled: boolean;
  readonly onChange: (value: number) => void;
}

const least = 5;

/** A percentage slider, saved on release. */
export function ShareSetting({ label, value, disabled, onChange }: ShareSettingProps) {
  const [moved, setMoved] = useState<number | null>(null);
  const shown = moved ?? value;
  const keep = () => {
    if (moved !== null && moved !== value) onChange(moved);
    setMoved(null);
  };
  return (
    <span className="flex items-center gap-3">
      <input
        type="range"
        aria-label={label}
        aria-valuetext={`${String(shown)} %`}
        min={least}
        max={100}
        step={5}
        value={shown}
        disabled={disabled}
        className="slider w-40"
        onChange={(event) => setMoved(event.target.valueAsNumber)}
        onPointerUp={keep}
        onKeyUp={keep}
        onBlur={keep}
      />
      <span className="number w-12 text-right text-sm font-medium">{shown} %</span>
    </span>
  );
}
