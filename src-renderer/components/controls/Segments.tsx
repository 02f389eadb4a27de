import { clsx } from 'clsx';
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly disabled?: boolean;
  /** Shown on hover, for example why a segment is disabled. */
  readonly hint?: string;
}

interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly segments: readonly Segment<Value>[];
  readonly onChange: (value: Value) => void;
  /** A control at the end of the row, for example a menu with rarer options. */
  readonly more?: ReactNode;
}

/** A segmented control: exactly one option is selected; arrow keys move. */
export function Segments<Value extends string>({ label, value, segments, onChange, more }: SegmentsProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const chosen = segments.find((segment) => segment.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className="inline-flex flex-wrap gap-[2px] rounded-control border border-line bg-sunken p-[2px]"
    >
      {segments.map((segment) => (
        <ToggleGroup.Item
          key={segment.value}
          value={segment.value}
          disabled={segment.disabled ?? false}
          title={segment.hint}
          className={segmentClass}
        >
          {segment.label}
        </ToggleGroup.Item>
      ))}
      {more}
    </ToggleGroup.Root>
  );
}

/** Style of one segment, shared with a menu at the end of the row. */
export const segmentClass = clsx(
  'flex h-[26px] items-center gap-1 rounded-sm px-[10px] text-sm whitespace-nowrap text-quiet disabled:opacity-50',
  'hover:text-ink data-[state=on]:bg-surface data-[state=on]:font-medium data-[state=on]:text-ink data-[state=on]:ring-1 data-[state=on]:ring-line-strong',
);
