import { clsx } from 'clsx';
import { Search } from 'lucide-react';
import { Icon } from '#renderer/components/marks/Icon.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly className?: string;
}

/** A search input. */
export function SearchField({ label, value, onChange, className }: SearchFieldProps) {
  return (
    <label
      className={clsx(
        'flex h-8 min-w-0 items-center gap-2 rounded-control border border-line-strong bg-surface px-[10px] focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent',
        className,
      )}
    >
      <span className="text-quiet">
        <Icon of={Search} />
      </span>
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-w-0 flex-1 bg-transparent text-sm outline-none"
      />
    </label>
  );
}
