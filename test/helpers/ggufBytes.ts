/** Pieces to write small GGUF files by hand, right ones and wrong ones. */
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

export const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

/** One entry of the header: a text, an unsigned number, or an array of texts. */
export function entry(key: string, value: string | number | readonly string[]): Buffer {
  if (typeof value === 'string') return Buffer.concat([text(key), u32(8), text(value)]);
  if (typeof value === 'number') return Buffer.concat([text(key), u32(4), u32(value)]);
  return Buffer.concat([text(key), u32(9), u32(8), u64(value.length), ...value.map(text)]);
}

export interface GgufParts {
  readonly version?: number;
  readonly pairs?: number | bigint;
  readonly tensors?: number | bigint;
  readonly entries?: readonly Buffer[];
  readonly tensorInfos?: readonly Buffer[];
  readonly dataBytes?: number;
}

/** A small sound model, with the given parts replaced. */
export function ggufFile(parts: GgufParts = {}): Buffer {
  const entries = parts.entries ?? [
    entry('general.architecture', 'llama'),
    entry('general.name', 'Tiny'),
    entry('llama.context_length', 128),
    entry('llama.block_count', 2),
    entry('llama.embedding_length', 64),
    entry('llama.attention.head_count', 4),
    entry('llama.attention.head_count_kv', 2),
    entry('tokenizer.ggml.tokens', ['a', 'b', 'c']),
    entry('tokenizer.ggml.eos_token_id', 2),
  ];
  const infos = parts.tensorInfos ?? [tensor('weight', [32, 4], 8, 0)];
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(parts.version ?? 3),
    u64(parts.tensors ?? infos.length),
    u64(parts.pairs ?? entries.length),
    ...entries,
    ...infos,
  ]);
  const padding = Buffer.alloc((32 - (head.length % 32)) % 32);
  return Buffer.concat([head, padding, Buffer.alloc(parts.dataBytes ?? 136)]);
}

export function tensor(name: string, dims: readonly (number | bigint)[], type: number, offset: number): Buffer {
  return Buffer.concat([text(name), u32(dims.length), ...dims.map(u64), u32(type), u64(offset)]);
}
