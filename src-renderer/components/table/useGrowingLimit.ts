import { useCallback, useState } from 'react';

interface GrowingLimit {
  /** Number of rows to request. */
  readonly limit: number;
  /** Raises the limit: the last rows came into view. */
  readonly grow: () => void;
  /** Requests all rows, for sorting. */
  readonly takeAll: () => void;
}

/** The page size of a long list: it starts at `first` and grows fourfold whenever the end is reached, up to `most`. */
export function useGrowingLimit(first: number, most: number): GrowingLimit {
  const [limit, setLimit] = useState(first);
  const grow = useCallback(() => setLimit((known) => Math.min(most, known * 4)), [most]);
  const takeAll = useCallback(() => setLimit(most), [most]);
  return { limit, grow, takeAll };
}
