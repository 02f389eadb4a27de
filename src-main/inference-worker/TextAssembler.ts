const replacement = '\uFFFD';

/** More undecodable tokens than this in a row are given out as they are. */
const longestHold = 64;

/**
 * Turns token ids into text deltas of whole characters. Tokens may end inside a UTF-8 sequence; such an end is held
 * back until the rest comes, so that all deltas together are exactly the detokenised answer.
 */
export class TextAssembler {
  readonly #detokenize: (ids: readonly number[], before: readonly number[]) => string;
  /** The last ids before the window; detokenisers decide by them about leading spaces. */
  #before: readonly number[];
  /** Ids since the last point where the text ended with a whole character. */
  #window: number[] = [];
  /** Characters of the window's text that were given out already. */
  #given = 0;

  constructor(
    detokenize: (ids: readonly number[], before: readonly number[]) => string,
    /** Ids of prompt and earlier answer. */
    before: readonly number[],
  ) {
    this.#detokenize = detokenize;
    this.#before = before.slice(-8);
  }

  /** Takes the next id and returns the text that is certain now; often a word, sometimes nothing. */
  push(id: number): string {
    this.#window.push(id);
    const text = this.#detokenize(this.#window, this.#before);
    if (!text.endsWith(replacement) || this.#window.length >= longestHold) return this.#close(text);
    const certain = text.slice(0, certainLength(text));
    const delta = certain.slice(this.#given);
    this.#given = Math.max(this.#given, certain.length);
    return delta;
  }

  /** What was held back, with U+FFFD for the bytes that never became a character. */
  rest(): string {
    return this.#window.length === 0 ? '' : this.#close(this.#detokenize(this.#window, this.#before));
  }

  #close(text: string): string {
    const delta = text.slice(this.#given);
    this.#before = [...this.#before, ...this.#window].slice(-8);
    this.#window = [];
    this.#given = 0;
    return delta;
  }
}

function certainLength(text: string): number {
  let end = text.length;
  while (end > 0 && text[end - 1] === replacement) end -= 1;
  return end;
}
