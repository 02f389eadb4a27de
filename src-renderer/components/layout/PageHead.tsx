import type { ReactNode } from 'react';

interface PageHeadProps {
  readonly title: string;
  readonly text: ReactNode;
  readonly actions?: ReactNode;
}

/** The head of a page: title, one-line description, actions on the right. */
export function PageHead({ title, text, actions }: PageHeadProps) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-[-0.012em]">{title}</h1>
        <p className="text-quiet">{text}</p>
      </div>
      {actions === undefined ? null : <div className="flex items-center gap-2">{actions}</div>}
    </div>
  );
}
