import { clsx } from 'clsx';

/** Style of floating layers: menus, selects, popovers. */
export const floatClass = clsx(
  'z-50 min-w-40 overflow-hidden rounded-control border border-line-strong bg-surface text-sm shadow-float',
);

/** Style of an item in a floating list. */
export const itemClass = clsx(
  'relative flex min-h-8 items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none select-none',
  'data-[disabled]:opacity-50 data-[highlighted]:bg-hover',
);
