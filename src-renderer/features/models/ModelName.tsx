import type { ReactNode } from 'react';

interface ModelNameProps {
  readonly name: ReactNode;
  /** Size, quantisation, licence; what is not known is said or left out by the caller. */
  readonly facts: readonly string[];
  readonly purpose: string;
}

/** The left part of a line: name, facts and what it is for. */
export function ModelName({ name, facts, purpose }: ModelNameProps) {
  return (
    <div className="min-w-0">
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <span className="min-w-0 truncate font-medium">{name}</span>
        <span className="number text-xs text-quiet">{facts.join(' · ')}</span>
      </p>
      <p className="line-clamp-2 text-xs text-quiet">{purpose}</p>
    </div>
  );
}
