/** Resolves when `condition` holds; rejects with `what` when it never does. */
export async function until(condition: () => boolean, what: string, withinMs = 120_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
