import { clsx } from 'clsx';

/** A line of a list of models: what it is, how it does here, what can be done. */
export const modelRowClass = clsx(
  'grid grid-cols-[minmax(0,1fr)_minmax(0,332px)_minmax(116px,auto)] items-center gap-x-4 gap-y-1',
  'border-t border-line px-4 py-[11px] first:border-t-0',
  'max-mid:grid-cols-[minmax(0,1fr)_minmax(0,250px)_minmax(116px,auto)]',
);
