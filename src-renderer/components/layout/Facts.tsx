import type { ReactNode } from 'react';

/** A name and its value. */
export type Fact = readonly [string, ReactNode];

/** A list of names and values. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="number grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-[6px] text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-quiet">{name}</dt>
          <dd className="text-right [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
