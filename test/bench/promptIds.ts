/** Ids of ordinary tokens, others for each seed, so that no two prompts begin alike. */
export function promptIds(seed: number, length: number): number[] {
  return Array.from({ length }, (_, index) => 300 + ((seed * 7919 + index * 104_729) % 3000));
}
