import { useCallback, useState } from 'react';

interface GrowingLimit {
  /** Rows to ask for. */
  readonly limit: number;
  /** More of them: the last ones came into view. */
  readonly grow: () => void;
  /** All of them: they are to be sorted. */
  readonly takeAll: () => void;
}

/** How much of a long list to ask for: a first part, four times as much whenever its end is reached, at most `most`. */
export function useGrowingLimit(first: number, most: number): GrowingLimit {
  const [limit, setLimit] = useState(first);
  const grow = useCallback(() => setLimit((known) => Math.min(most, known * 4)), [most]);
  const takeAll = useCallback(() => setLimit(most), [most]);
  return { limit, grow, takeAll };
}
