/** Thread counts worth trying up to `max`, ascending: all of them up to 4, else powers of two and `max` itself. */
export function threadCandidates(max: number): number[] {
  const powers = Array.from({ length: 9 }, (_, power) => 2 ** power);
  const counts = max <= 4 ? [1, 2, 3, 4] : [...powers, max];
  return [...new Set(counts.filter((count) => count <= max))].toSorted((a, b) => a - b);
}
