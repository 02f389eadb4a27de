/** The properties that determine a model's memory use. */
export interface MemoryShape {
  readonly sizeBytes: number;
  readonly vocabSize: number;
  /** Bytes of the 16-bit key-value cache per token. */
  readonly kvBytesPerToken: number;
}

const mebibyte = 2 ** 20;

/**
 * The worker process with its library and no model, plus its growth while working. Measured: 62 MiB of files, 91-93 MiB of its
 * own, and 49-53 MiB more once all answers have read a long prompt, whatever the model.
 */
const processBytes = (155 + 50) * mebibyte;

/**
 * Measured on processors with matrix units (AMX), where the library keeps a repacked copy of every matrix beside the
 * mapped file (rules 10.3). Other processors repack less; loads there correct the estimate.
 */
const fileFactor = 2;

/** Tokens whose logits are held at once, as far as a load touches them. */
const scoredTokens = 160;

/** Peak memory of a worker in bytes; `cells` is the context per sequence times the number of sequences. */
export function estimateMemory({ sizeBytes, vocabSize, kvBytesPerToken }: MemoryShape, cells: number): number {
  return Math.ceil(processBytes + sizeBytes * fileFactor + kvBytesPerToken * cells + vocabSize * 4 * scoredTokens);
}

/** The part of an estimate or measurement that depends on the model: everything but the process itself. */
export function modelPart(bytes: number): number {
  return bytes - processBytes;
}

/** An estimate corrected by earlier loads: only the part that depends on the model is scaled. */
export function correctEstimate(bytes: number, factor: number): number {
  return Math.ceil(bytes + Math.max(0, modelPart(bytes)) * (factor - 1));
}
