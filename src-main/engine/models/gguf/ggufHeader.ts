import { open } from 'node:fs/promises';
import { ByteCursor, type ByteSource } from './ByteCursor.ts';
import { endTokens, endTokenTexts } from './endTokens.ts';
import { fileTypeName, tensorBytes, tensorTypeName } from './ggmlTypes.ts';
import { ModelFileError } from './ModelFileError.ts';

/** The header of a GGUF file: facts about its model. */
export interface GgufHeader {
  readonly architecture: string;
  readonly name: string;
  readonly licence: string;
  readonly quantisation: string;
  readonly parameters: number;
  readonly contextSize: number;
  readonly vocabSize: number;
  readonly layers: number;
  /** Size of the 16-bit key-value cache per token, in bytes. */
  readonly kvBytesPerToken: number;
  readonly chatTemplate: boolean;
  /** Ids of all tokens at which llama.cpp ends an answer. */
  readonly eogIds: readonly number[];
  readonly sizeBytes: number;
}

/** Limits on what a header may claim; real ones stay far below. */
const limits = { headerBytes: 128 << 20, pairs: 4096, tensors: 65_536, arrayItems: 4_000_000, dims: 4 } as const;

type Scalar = string | number | boolean;

/**
 * A value of the header: a scalar, or a summary of an array: its length, its numbers if they are few, and the indices
 * of texts that matter (`endTokenTexts`).
 */
type Value =
  | Scalar
  | { readonly items: number; readonly numbers: readonly number[]; readonly indices: ReadonlyMap<string, number> };

/** Texts longer than this, in bytes, are not among `endTokenTexts`. */
const shortTextBytes = 64;

const typeText = 8;
const typeArray = 9;

/** Size of the fixed-size value types in bytes, by their number. */
const fixedBytes: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);

/** Reads and checks a file's header. Throws {@link ModelFileError}, or Node's error when it cannot be read. */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  // Awaited, because the file is closed when this function returns.
  return await readHeaderFrom(file, size);
}

/** The same for any source of `size` bytes. Also rejects with the source's own errors. */
export async function readHeaderFrom(file: ByteSource, size: number): Promise<GgufHeader> {
  const cursor = new ByteCursor(file, Math.min(size, limits.headerBytes));
  if (size < 24 || (await cursor.text(4)) !== 'GGUF') throw new ModelFileError('not_gguf', 'This is not a GGUF file.');
  const version = await cursor.u32();
  if (version !== 2 && version !== 3) {
    throw new ModelFileError('unsupported_version', `GGUF version ${version} is not supported.`);
  }
  const tensorCount = bounded(await cursor.size('The number of tensors'), limits.tensors, 'tensors');
  const pairCount = bounded(await cursor.size('The number of entries'), limits.pairs, 'entries');
  const values = await readValues(cursor, pairCount);
  const tensors = await readTensors(cursor, tensorCount);
  checkTensors(tensors, align(cursor.position, alignmentOf(values)), size);
  return describe(values, tensors, size);
}

async function readValues(cursor: ByteCursor, count: number): Promise<Map<string, Value>> {
  const values = new Map<string, Value>();
  for (let i = 0; i < count; i += 1) {
    const key = await cursor.text(bounded(await cursor.size('The length of a key'), 256, 'bytes in a key'));
    values.set(key, await readValue(cursor, await cursor.u32()));
  }
  return values;
}

async function readValue(cursor: ByteCursor, type: number): Promise<Value> {
  if (type === typeArray) return readArray(cursor);
  if (type === typeText) return readText(cursor);
  return readNumber(cursor, type);
}

/** Reads a text. Only the beginning of a long one (a template) is kept, because only its presence matters. */
async function readText(cursor: ByteCursor): Promise<string> {
  const length = await cursor.size('The length of a text');
  const kept = Math.min(length, 4096);
  const text = await cursor.text(kept);
  cursor.skip(length - kept);
  return text;
}

async function readNumber(cursor: ByteCursor, type: number): Promise<number | boolean> {
  switch (type) {
    case 4:
      return cursor.u32();
    case 5:
      return (await cursor.u32()) | 0;
    case 6:
      return cursor.f32();
    case 7:
      return (await cursor.u8()) !== 0;
    case 10:
      return cursor.size('A number');
    case 11:
      return Number(await cursor.i64());
    case 12:
      return cursor.f64();
    case 0:
    case 1:
      return cursor.u8();
    case 2:
    case 3:
      return (await cursor.u8()) | ((await cursor.u8()) << 8);
    default:
      throw new ModelFileError('damaged', `There is no value type ${type}.`);
  }
}

async function readArray(cursor: ByteCursor): Promise<Value> {
  const type = await cursor.u32();
  const items = bounded(await cursor.size('The length of an array'), limits.arrayItems, 'items in an array');
  const numbers: number[] = [];
  const indices = new Map<string, number>();
  const bytes = fixedBytes.get(type);
  if (type === typeText) {
    for (let i = 0; i < items; i += 1) {
      const text = await readShortText(cursor);
      if (endTokenTexts.has(text)) indices.set(text, i);
    }
  } else if (bytes === undefined) {
    throw new ModelFileError('damaged', `An array has values of the unknown type ${type}.`);
  } else if (items <= 1024) {
    for (let i = 0; i < items; i += 1) numbers.push(Number(await readNumber(cursor, type)));
  } else cursor.skip(items * bytes);
  return { items, numbers, indices };
}

/** Reads a short text; a longer one is skipped and returned empty. */
async function readShortText(cursor: ByteCursor): Promise<string> {
  const length = await cursor.size('The length of a text');
  if (length <= shortTextBytes) return cursor.text(length);
  cursor.skip(length);
  return '';
}

interface TensorInfo {
  readonly name: string;
  readonly weights: number;
  readonly type: number;
  readonly offset: number;
}

async function readTensors(cursor: ByteCursor, count: number): Promise<TensorInfo[]> {
  const tensors: TensorInfo[] = [];
  for (let i = 0; i < count; i += 1) {
    const name = await cursor.text(bounded(await cursor.size('The length of a name'), 256, 'bytes in a name'));
    const dims = bounded(await cursor.u32(), limits.dims, 'dimensions');
    let weights = 1;
    for (let dim = 0; dim < dims; dim += 1) weights *= await cursor.size('A dimension');
    if (!Number.isSafeInteger(weights)) throw new ModelFileError('damaged', `The tensor ${name} is invalid.`);
    tensors.push({ name, weights, type: await cursor.u32(), offset: await cursor.size('An offset') });
  }
  return tensors;
}

function checkTensors(tensors: readonly TensorInfo[], dataStart: number, fileSize: number): void {
  if (tensors.length === 0) throw new ModelFileError('damaged', 'The file has no tensors.');
  for (const { name, weights, type, offset } of tensors) {
    const end = dataStart + offset + (tensorBytes(type, weights) ?? 0);
    if (end > fileSize) throw new ModelFileError('damaged', `The file ends before the end of the tensor ${name}.`);
  }
}

function describe(values: ReadonlyMap<string, Value>, tensors: readonly TensorInfo[], sizeBytes: number): GgufHeader {
  const architecture = textOf(values, 'general.architecture');
  if (architecture === '') throw new ModelFileError('damaged', 'The header names no architecture.');
  const vocab = values.get('tokenizer.ggml.tokens');
  const vocabSize = typeof vocab === 'object' ? vocab.items : (numberOf(values, `${architecture}.vocab_size`) ?? 0);
  if (vocabSize === 0) throw new ModelFileError('damaged', 'The header has no vocabulary.');
  return {
    architecture,
    name: textOf(values, 'general.name'),
    licence: textOf(values, 'general.license'),
    quantisation: quantisationOf(values, tensors),
    parameters: tensors.reduce((sum, tensor) => sum + tensor.weights, 0),
    contextSize: numberOf(values, `${architecture}.context_length`) ?? 0,
    vocabSize,
    layers: numberOf(values, `${architecture}.block_count`) ?? 0,
    kvBytesPerToken: kvBytesPerToken(values, architecture),
    chatTemplate: textOf(values, 'tokenizer.chat_template').trim() !== '',
    eogIds: endTokens({
      tokenizer: textOf(values, 'tokenizer.ggml.model'),
      vocabSize,
      named: (kind) => numberOf(values, `tokenizer.ggml.${kind}_token_id`),
      ids: typeof vocab === 'object' ? vocab.indices : new Map(),
    }),
    sizeBytes,
  };
}

function kvBytesPerToken(values: ReadonlyMap<string, Value>, architecture: string): number {
  const layers = numberOf(values, `${architecture}.block_count`) ?? 0;
  const heads = numberOf(values, `${architecture}.attention.head_count`) ?? 0;
  const width = numberOf(values, `${architecture}.embedding_length`) ?? 0;
  const perHead = heads > 0 ? width / heads : 0;
  const key = numberOf(values, `${architecture}.attention.key_length`) ?? perHead;
  const value = numberOf(values, `${architecture}.attention.value_length`) ?? perHead;
  const kvHeads = values.get(`${architecture}.attention.head_count_kv`);
  // Some models list the number of heads per layer.
  const allHeads =
    typeof kvHeads === 'object'
      ? kvHeads.numbers.reduce((sum, each) => sum + each, 0)
      : layers * (typeof kvHeads === 'number' ? kvHeads : heads);
  const bytes = allHeads * (key + value) * 2;
  return Number.isSafeInteger(Math.ceil(bytes)) && bytes >= 0 ? Math.ceil(bytes) : 0;
}

function quantisationOf(values: ReadonlyMap<string, Value>, tensors: readonly TensorInfo[]): string {
  const named = fileTypeName(numberOf(values, 'general.file_type') ?? -1);
  if (named !== null) return named;
  const weights = new Map<number, number>();
  for (const tensor of tensors) weights.set(tensor.type, (weights.get(tensor.type) ?? 0) + tensor.weights);
  const [most] = [...weights].toSorted((a, b) => b[1] - a[1]);
  return most === undefined ? 'unknown' : tensorTypeName(most[0]);
}

function alignmentOf(values: ReadonlyMap<string, Value>): number {
  const alignment = numberOf(values, 'general.alignment') ?? 32;
  if (alignment < 1 || alignment > 65_536) throw new ModelFileError('damaged', 'The alignment is invalid.');
  return alignment;
}

function align(position: number, alignment: number): number {
  return Math.ceil(position / alignment) * alignment;
}

function bounded(value: number, max: number, what: string): number {
  if (value > max) throw new ModelFileError('too_large', `The header claims ${value} ${what}; the limit is ${max}.`);
  return value;
}

function textOf(values: ReadonlyMap<string, Value>, key: string): string {
  const value = values.get(key);
  return typeof value === 'string' ? value : '';
}

function numberOf(values: ReadonlyMap<string, Value>, key: string): number | null {
  const value = values.get(key);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
