import { contains } from './contains.ts';

/** An answer that says nothing: retried once, since the request may have provoked it (rules 5.2). */
export type Oddity = 'empty' | 'repeating' | 'copied';

/** Shorter answers are never called repeating or copied. */
const leastLength = 48;
/** A unit up to this long that fills the whole answer at least this often makes it repeating. */
const unit = { longest: 64, times: 4 } as const;

/** A beginning of this length says which unit it could be: more than twice the longest. */
const beginning = 1024;

/** What is odd about an answer, or null. Pure; linear in the length of prompt and answer. */
export function oddityOf(prompt: string, answer: string): Oddity | null {
  const text = answer.trim();
  if (text === '') return 'empty';
  if (text.length < leastLength) return null;
  if (isRepeating(text)) return 'repeating';
  return contains(prompt, text) ? 'copied' : null;
}

/**
 * Only the shortest unit that fills the beginning is tried on the whole: any other one that fills the beginning is a
 * multiple of it, so if that fills the whole, the shortest does too.
 */
function isRepeating(text: string): boolean {
  const start = text.slice(0, beginning);
  for (let length = 1; length <= unit.longest && length * unit.times <= text.length; length += 1) {
    if (hasPeriod(start, length)) return hasPeriod(text, length);
  }
  return false;
}

function hasPeriod(text: string, length: number): boolean {
  for (let index = length; index < text.length; index += 1) {
    if (text[index] !== text[index - length]) return false;
  }
  return true;
}
