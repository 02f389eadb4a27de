/** Names in the library's report that are not instruction sets. */
const others: ReadonlySet<string> = new Set(['LLAMAFILE', 'OPENMP', 'REPACK', 'ACCELERATE', 'KLEIDIAI']);

/**
 * Parses the instruction sets in llama.cpp's report, such as `CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | REPACK = 1 |`.
 */
export function instructionSetsIn(systemInfo: string): string[] {
  const part = /(?:^|\|)\s*CPU\s*:([^:]*)(?:\||$)/.exec(systemInfo)?.[1] ?? systemInfo;
  const found = part.split('|').flatMap((field) => {
    const match = /([A-Z][A-Z0-9_]*)\s*=\s*(\d+)/.exec(field);
    return match?.[1] === undefined || match[2] === '0' || others.has(match[1]) ? [] : [match[1]];
  });
  return [...new Set(found)].slice(0, 128);
}
