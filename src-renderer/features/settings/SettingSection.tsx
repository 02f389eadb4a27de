import type { ReactNode } from 'react';

interface SettingSectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A group of settings under one heading. */
export function SettingSection({ title, children }: SettingSectionProps) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      <div className="rounded-card border border-line bg-surface shadow-card">{children}</div>
    </section>
  );
}
