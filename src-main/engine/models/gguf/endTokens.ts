/** The header's information about the tokens that end an answer. */
export interface VocabularyFacts {
  /** Kind of tokenizer, such as `llama` or `gpt2`. */
  readonly tokenizer: string;
  readonly vocabSize: number;
  /** Id of a special token in the header, such as `eos`; null when it has none. */
  readonly named: (kind: string) => number | null;
  /** Ids of the {@link endTokenTexts} in the vocabulary. */
  readonly ids: ReadonlyMap<string, number>;
}

/** Texts of tokens that end an answer in any model: llama.cpp decides by text, and so must whoever checks answers. */
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
 * Texts of fill-in-the-middle tokens. One of each kind ends an answer: the one named by the header, else the first in
 * the vocabulary.
 */
const fillTexts = {
  fim_pad: ['<|fim_pad|>', '<fim-pad>', '<fim_pad>', '<PAD>', '[PAD]'],
  fim_rep: ['<|fim_repo|>', '<|repo_name|>', '<fim-repo>', '<REPO>', '<reponame>'],
  fim_sep: ['<|file_sep|>'],
} as const;

/** Every text whose id in the vocabulary matters. */
export const endTokenTexts: ReadonlySet<string> = new Set([...endTexts, ...Object.values(fillTexts).flat()]);

/** Default end-of-sequence ids by the kind of tokenizer, for headers that name none. */
const defaultEos: ReadonlyMap<string, number> = new Map([
  ['llama', 2],
  ['gpt2', 11],
  ['t5', 1],
]);

/**
 * All tokens at which llama.cpp ends an answer of this model, in ascending order. A coordinator rejects an answer that
 * continues after one of them or claims to end at another, so the list must equal the library's; a test compares the
 * two.
 */
export function endTokens(facts: VocabularyFacts): number[] {
  const { named, ids, tokenizer, vocabSize } = facts;
  const isValid = (id: number | null | undefined): id is number => typeof id === 'number' && id >= 0 && id < vocabSize;
  const eos = [named('eos'), defaultEos.get(tokenizer)].find(isValid);
  const others = [named('eot'), named('eom')];
  const fills = Object.entries(fillTexts).map(([kind, texts]) =>
    [named(kind), ...texts.map((text) => ids.get(text))].find(isValid),
  );
  const byText = endTexts.filter((text) => !isOrdinary(text, ids)).map((text) => ids.get(text));
  return [...new Set([eos, ...others, ...fills, ...byText].filter(isValid))].toSorted((a, b) => a - b);
}

/**
 * In vocabularies with the tokens of certain chat formats, a text that otherwise ends an answer is an ordinary token.
 */
function isOrdinary(text: string, ids: ReadonlyMap<string, number>): boolean {
  if (text === '</s>') return ids.has('<|tool_response>');
  if (text !== '<|end|>') return false;
  return (ids.has('<|call|>') || ids.has('<|calls|>')) && (ids.has('<|return|>') || ids.has('<|flush|>'));
}
