import type { SenseReport } from '#shared/api/contributionSettings.ts';

/** What is seen now of what a rule needs, or that this machine does not tell it. */
export function SenseText({ sense }: { readonly sense: SenseReport | undefined }) {
  if (sense === undefined || !sense.needed) return null;
  if (sense.known) return <span className="number text-ink">Now: {sense.text}.</span>;
  return (
    <span className="text-caution-text">Unknown on this computer, so this rule never pauses work: {sense.text}</span>
  );
}
