import { useNow } from '#renderer/components/hooks/useNow.ts';
import { ago, exactTime } from '#renderer/format/times.ts';

/** A moment as "3 min ago", with the exact one on hover. */
export function RelativeTime({ at }: { readonly at: number }) {
  const now = useNow(30_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {ago(at, Math.max(now, at))}
    </time>
  );
}
