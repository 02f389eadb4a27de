/** The middle value; the mean of the middle two of an even number; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (upper + lower) / 2;
}

/** How far repetitions lie apart: (largest − smallest) / median; 0 of fewer than two, or around zero. */
export function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return values.length < 2 || middle <= 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
}
