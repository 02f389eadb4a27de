import type { ReactNode } from 'react';

interface ModelRowProps {
  readonly name: ReactNode;
  /** Size, quantisation, licence; the caller marks or omits unknown values. */
  readonly facts: readonly string[];
  readonly purpose: string;
  /** How the model runs here, then its actions. */
  readonly children: ReactNode;
}

/** A row in a list of models: what it is, how it runs here, its actions. */
export function ModelRow({ name, facts, purpose, children }: ModelRowProps) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_minmax(0,332px)_minmax(116px,auto)] items-center gap-x-4 gap-y-1 border-t border-line px-4 py-[11px] first:border-t-0 max-mid:grid-cols-[minmax(0,1fr)_minmax(0,250px)_minmax(116px,auto)] max-small:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0 max-small:col-span-2">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className="min-w-0 truncate font-medium">{name}</span>
          <span className="number text-xs text-quiet">{facts.join(' · ')}</span>
        </p>
        <p className="line-clamp-2 text-xs text-quiet">{purpose}</p>
      </div>
      {children}
    </li>
  );
}
