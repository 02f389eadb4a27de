import type { ReactNode } from 'react';

interface SettingRowProps {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly children?: ReactNode;
}

/** One setting: title and description on the left, control on the right. */
export function SettingRow({ title, text, children }: SettingRowProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3 first:border-t-0">
      <div className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">
        <div className="font-medium">{title}</div>
        {text === undefined ? null : <div className="text-xs text-quiet">{text}</div>}
      </div>
      {children === undefined ? null : (
        <div className="flex max-w-full flex-none flex-wrap items-center gap-2">{children}</div>
      )}
    </div>
  );
}
