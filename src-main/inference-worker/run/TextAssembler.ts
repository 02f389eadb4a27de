const replacement = '\uFFFD';

/** After this many undecodable tokens in a row the text is emitted as it is. */
const maxHeld = 64;

/**
 * Converts token ids to text deltas of whole characters. A token may end inside a UTF-8 sequence; the partial character
 * is held back until it is complete, so that the deltas concatenated are exactly the detokenized answer.
 */
export class TextAssembler {
  readonly #detokenize: (ids: readonly number[], before: readonly number[]) => string;
  /** The last ids before the window; detokenizers need them to decide about leading spaces. */
  #before: readonly number[];
  /** Ids since the text last ended with a whole character. */
  #window: number[] = [];
  /** Characters of the window's text that were emitted already. */
  #emitted = 0;

  constructor(
    detokenize: (ids: readonly number[], before: readonly number[]) => string,
    /** Ids of prompt and earlier answer. */
    before: readonly number[],
  ) {
    this.#detokenize = detokenize;
    this.#before = before.slice(-8);
  }

  /** Takes the next id and returns the text that became certain: often a word, sometimes nothing. */
  push(id: number): string {
    this.#window.push(id);
    const text = this.#detokenize(this.#window, this.#before);
    if (!text.endsWith(replacement) || this.#window.length >= maxHeld) return this.#close(text);
    const certain = text.slice(0, certainLength(text));
    const delta = certain.slice(this.#emitted);
    this.#emitted = Math.max(this.#emitted, certain.length);
    return delta;
  }

  /** Emits what is held back, with U+FFFD for bytes that never became a character. */
  rest(): string {
    return this.#window.length === 0 ? '' : this.#close(this.#detokenize(this.#window, this.#before));
  }

  #close(text: string): string {
    const delta = text.slice(this.#emitted);
    this.#before = [...this.#before, ...this.#window].slice(-8);
    this.#window = [];
    this.#emitted = 0;
    return delta;
  }
}

function certainLength(text: string): number {
  let end = text.length;
  while (end > 0 && text[end - 1] === replacement) end -= 1;
  return end;
}
