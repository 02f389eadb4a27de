export type PulseTone = 'live' | 'ready' | 'caution' | 'danger' | 'idle';

/** The dot before a state; it pulses only while something is live. */
export function Pulse({ tone }: { readonly tone: PulseTone }) {
  return <span aria-hidden className="pulse" data-tone={tone} data-live={tone === 'live'} />;
}
