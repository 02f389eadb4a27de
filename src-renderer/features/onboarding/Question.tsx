import type { ReactNode } from 'react';

interface QuestionProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

/** One screen of the onboarding. */
export function Question({ title, text, children }: QuestionProps) {
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-[-0.02em]">{title}</h1>
      <p className="mt-1 mb-6 text-quiet">{text}</p>
      {children}
    </>
  );
}
