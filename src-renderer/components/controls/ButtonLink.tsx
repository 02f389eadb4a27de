import type { ReactNode } from 'react';
import { Link } from 'wouter';

interface ButtonLinkProps {
  readonly href: string;
  readonly children: ReactNode;
}

/** A link to another page, styled as a button. */
export function ButtonLink({ href, children }: ButtonLinkProps) {
  return (
    <Link
      href={href}
      className="inline-flex h-8 flex-none items-center justify-center gap-[7px] rounded-control border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover active:bg-pressed"
    >
      {children}
    </Link>
  );
}
