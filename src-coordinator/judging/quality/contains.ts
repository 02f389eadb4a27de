/**
 * Whether `part` stands in `text`, in a time that grows with their lengths together. `String.includes` can take the product
 * of both, and whoever writes the texts can bring that about. Knuth, Morris and Pratt. Pure.
 */
export function contains(text: string, part: string): boolean {
  if (part.length > text.length) return false;
  const borders = bordersOf(part);
  let matched = 0;
  for (let index = 0; index < text.length && matched < part.length; index += 1) {
    matched = longer(part, borders, matched, text.charCodeAt(index));
  }
  return matched === part.length;
}

/** For each length of a beginning of `part`: how much of its end is a shorter beginning of `part`. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length + 1);
  for (let length = 1, matched = 0; length < part.length; length += 1) {
    matched = longer(part, borders, matched, part.charCodeAt(length));
    borders[length + 1] = matched;
  }
  return borders;
}

/** How much of `part` is matched after one more unit. */
function longer(part: string, borders: Int32Array, matched: number, unit: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== unit) length = borders[length] ?? 0;
  return part.charCodeAt(length) === unit ? length + 1 : length;
}
