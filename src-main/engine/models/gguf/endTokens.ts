/** What a header says of the tokens that may end an answer. */
export interface VocabularyFacts {
  /** Kind of tokenizer: `llama`, `gpt2`, … */
  readonly tokenizer: string;
  readonly vocabSize: number;
  /** Number of a token that the header names, such as `eos`; null when it names none. */
  readonly named: (kind: string) => number | null;
  /** Where the texts of {@link tellingTexts} stand in the vocabulary. */
  readonly places: ReadonlyMap<string, number>;
}

/** Tokens that end an answer in whatever model they occur: llama.cpp goes by their texts, and so must who checks it. */
const endTexts = [
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|flush|>',
  '<|calls|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '</s>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '<|end_of_text|>',
  '<end_of_utterance>',
  '<eos>',
  '<turn|>',
  '<|tool_response>',
  '<｜end▁of▁sentence｜>',
  '[e~[',
] as const;

/**
 * Tokens between the parts of a text to fill in; one of each kind ends an answer: the one that the header
 * names, else the one that is there.
 */
const partTexts = {
  fim_pad: ['<|fim_pad|>', '<fim-pad>', '<fim_pad>', '<PAD>', '[PAD]'],
  fim_rep: ['<|fim_repo|>', '<|repo_name|>', '<fim-repo>', '<REPO>', '<reponame>'],
  fim_sep: ['<|file_sep|>'],
} as const;

/** Every text whose place in the vocabulary matters. */
export const tellingTexts: ReadonlySet<string> = new Set([...endTexts, ...Object.values(partTexts).flat()]);

/** The end of a text where the header names none, by the kind of tokenizer. */
const usualEnds: ReadonlyMap<string, number> = new Map([
  ['llama', 2],
  ['gpt2', 11],
  ['t5', 1],
]);

/**
 * Every token at which llama.cpp ends an answer of this model, smallest first. A coordinator rejects an answer that goes
 * on after one of them or that claims an end at another, so the list must be the library's own; a test compares the two.
 */
export function endTokens(facts: VocabularyFacts): number[] {
  const { named, places, tokenizer, vocabSize } = facts;
  const inside = (id: number | null | undefined): id is number => typeof id === 'number' && id >= 0 && id < vocabSize;
  const eos = [named('eos'), usualEnds.get(tokenizer)].find(inside);
  const others = [named('eot'), named('eom')];
  const parts = Object.entries(partTexts).map(([kind, texts]) =>
    [named(kind), ...texts.map((text) => places.get(text))].find(inside),
  );
  const byText = endTexts.filter((text) => !isSpared(text, places)).map((text) => places.get(text));
  return [...new Set([eos, ...others, ...parts, ...byText].filter(inside))].toSorted((a, b) => a - b);
}

/** Where a model has the tokens of a certain dialect, another text that usually ends an answer is an ordinary mark. */
function isSpared(text: string, places: ReadonlyMap<string, number>): boolean {
  if (text === '</s>') return places.has('<|tool_response>');
  if (text !== '<|end|>') return false;
  return (places.has('<|call|>') || places.has('<|calls|>')) && (places.has('<|return|>') || places.has('<|flush|>'));
}
