/** The median; 0 for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (upper + lower) / 2;
}

/**
 * Relative spread of repeated measurements: (largest − smallest) / median; 0 for fewer than two values or a median of
 * 0.
 */
export function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return values.length < 2 || middle <= 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
}
