/** A kind of worthless answer. The task is retried once, since the request may have provoked it (rules 5.2). */
export type Oddity = 'empty' | 'repeating' | 'copied';

/** Shorter answers never count as repeating or copied. */
const minLength = 48;

/** An answer is repeating if one pattern of at most `maxLength` characters fills all of it at least `minRepeats` times. */
const pattern = { maxLength: 64, minRepeats: 4 } as const;

/** Length of the prefix that selects the pattern to try on the whole answer; more than twice the longest pattern. */
const prefixLength = 1024;

/** The oddity of an answer, or null. Pure; linear in the length of prompt and answer. */
export function oddityOf(prompt: string, answer: string): Oddity | null {
  const text = answer.trim();
  if (text === '') return 'empty';
  if (text.length < minLength) return null;
  if (isRepeating(text)) return 'repeating';
  return contains(prompt, text) ? 'copied' : null;
}

/**
 * Tries only the shortest pattern that fills the prefix: every other pattern that fills it is a multiple of the shortest one, so
 * when such a pattern fills the whole answer, the shortest one does too.
 */
function isRepeating(text: string): boolean {
  const prefix = text.slice(0, prefixLength);
  for (let length = 1; length <= pattern.maxLength && length * pattern.minRepeats <= text.length; length += 1) {
    if (hasPeriod(prefix, length)) return hasPeriod(text, length);
  }
  return false;
}

function hasPeriod(text: string, length: number): boolean {
  for (let index = length; index < text.length; index += 1) {
    if (text[index] !== text[index - length]) return false;
  }
  return true;
}

/**
 * True if `text` contains `part`; the Knuth-Morris-Pratt search. Takes time linear in the sum of both lengths, whereas
 * `String.includes` can take their product, and hostile texts can cause that. Pure.
 */
export function contains(text: string, part: string): boolean {
  if (part.length > text.length) return false;
  const borders = bordersOf(part);
  let matched = 0;
  for (let index = 0; index < text.length && matched < part.length; index += 1) {
    matched = advance(part, borders, matched, text.charCodeAt(index));
  }
  return matched === part.length;
}

/** For each prefix of `part`: the length of its longest proper suffix that is also a prefix. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length + 1);
  for (let length = 1, matched = 0; length < part.length; length += 1) {
    matched = advance(part, borders, matched, part.charCodeAt(length));
    borders[length + 1] = matched;
  }
  return borders;
}

/** Length of the match after one more UTF-16 unit. */
function advance(part: string, borders: Int32Array, matched: number, unit: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== unit) length = borders[length] ?? 0;
  return part.charCodeAt(length) === unit ? length + 1 : length;
}
