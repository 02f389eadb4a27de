#!/usr/bin/env node
/**
 * Writes a GGUF file with the exact shape of a real model and random weights.
 *
 * llama.cpp's speed, memory and file handling depend on the shape and the quantisation, not on the values, so such a
 * file costs what a real model of that size costs. Its text is noise: never judge quality with it.
 * The logits are scaled so that min-p sampling keeps a handful of candidates, as in a trained model.
 *
 *   node tools/make-gguf.mjs --preset 135m --out /tmp/synthetic-135m.gguf [--tokenizer resources/models/openswarm-starter-js-6m-q8_0.gguf] [--seed 1]
 *     [--control '<|endoftext|>' …]
 *
 * The tokenizer is the starter model's, filled up to the shape's vocabulary, plus ChatML's control tokens and template,
 * and the control tokens named on the command line.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Shapes as published by their authors. `layer`/`embedding` name the quantisation of the two kinds of matrices. */
const PRESETS = {
  // Matches no real model: small and fast, for tests of everything but speed.
  tiny: {
    like: 'a test',
    layers: 2,
    width: 64,
    heads: 2,
    kvHeads: 1,
    ffn: 128,
    vocab: 4608,
    context: 2048,
    layer: 'Q8_0',
    embedding: 'Q8_0',
  },
  '135m': {
    like: 'SmolLM2-135M',
    layers: 30,
    width: 576,
    heads: 9,
    kvHeads: 3,
    ffn: 1536,
    vocab: 49152,
    context: 8192,
    layer: 'Q8_0',
    embedding: 'Q8_0',
  },
  '360m': {
    like: 'SmolLM2-360M',
    layers: 32,
    width: 960,
    heads: 15,
    kvHeads: 5,
    ffn: 2560,
    vocab: 49152,
    context: 8192,
    layer: 'Q4_0',
    embedding: 'Q8_0',
  },
  '1b': {
    like: 'Llama-3.2-1B',
    layers: 16,
    width: 2048,
    heads: 32,
    kvHeads: 8,
    ffn: 8192,
    vocab: 128256,
    context: 131072,
    layer: 'Q4_K',
    embedding: 'Q6_K',
  },
  '1.5b': {
    like: 'Qwen2.5-Coder-1.5B (as Llama)',
    layers: 28,
    width: 1536,
    heads: 12,
    kvHeads: 2,
    ffn: 8960,
    vocab: 151936,
    context: 32768,
    layer: 'Q4_K',
    embedding: 'Q6_K',
  },
};

/** One quantisation: its GGUF number, weights and bytes per block, standard deviation of a block of random bits at scale 1, and where its constants go. */
const QUANTS = {
  F32: { id: 0, weights: 1, bytes: 4 },
  Q4_0: { id: 2, weights: 32, bytes: 18, deviation: 4.61, stamp: (b, o, s) => b.writeUInt16LE(half(s), o) },
  Q8_0: { id: 8, weights: 32, bytes: 34, deviation: 73.9, stamp: (b, o, s) => b.writeUInt16LE(half(s), o) },
  // Sub-block scales and minima all 32 (six bits each, packed as in ggml's get_scale_min_k4), so a weight is 32·d·(q − 7.5).
  Q4_K: {
    id: 12,
    weights: 256,
    bytes: 144,
    deviation: 32 * 4.61,
    stamp: (b, o, s) => {
      b.writeUInt16LE(half(s), o);
      b.writeUInt16LE(half(7.5 * s), o + 2);
      b.fill(0xa0, o + 4, o + 12);
      b.fill(0, o + 12, o + 16);
    },
  },
  Q6_K: {
    id: 14,
    weights: 256,
    bytes: 210,
    deviation: 32 * 18.5,
    stamp: (b, o, s) => {
      b.fill(32, o + 192, o + 208);
      b.writeUInt16LE(half(s), o + 208);
    },
  },
};

const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

const { values } = parseArgs({
  options: {
    preset: { type: 'string' },
    out: { type: 'string' },
    seed: { type: 'string', default: '1' },
    control: { type: 'string', multiple: true, default: [] },
    tokenizer: {
      type: 'string',
      default: fileURLToPath(new URL('../resources/models/openswarm-starter-js-6m-q8_0.gguf', import.meta.url)),
    },
  },
});
const shape = PRESETS[values.preset];
if (!shape || !values.out) {
  console.error(
    `usage: make-gguf.mjs --preset ${Object.keys(PRESETS).join('|')} --out FILE [--tokenizer GGUF] [--seed N] [--control TOKEN]`,
  );
  process.exit(2);
}

writeModel(values.out);

/** Writes header and tensors, and prints a description of the file. */
function writeModel(path) {
  const tokens = extendTokenizer(readTokenizer(values.tokenizer), shape.vocab);
  const list = listTensors(shape);
  const handle = openSync(path, 'w');
  const header = encodeHeader(shape, tokens, list);
  writeSync(handle, header);
  let written = header.length;
  for (const tensor of list) written += writeTensor(handle, tensor, randomPool(Number(values.seed)));
  closeSync(handle);
  const parameters = list.reduce((n, t) => n + t.count, 0) / 1e6;
  console.log(`${path}: ${shape.like} in shape, ${parameters.toFixed(0)} M parameters, ${written} bytes`);
}

/** The tensors of a Llama model with tied embeddings, in file order. */
function listTensors({ layers, width, heads, kvHeads, ffn, vocab, layer, embedding }) {
  const kvWidth = (width / heads) * kvHeads;
  const matrix = (name, input, output) => ({
    name,
    dims: [input, output],
    count: input * output,
    quant: layer,
    deviation: 1 / Math.sqrt(input),
  });
  const norm = (name) => ({ name, dims: [width], count: width, quant: 'F32' });
  const list = [
    { ...matrix('token_embd.weight', width, vocab), quant: embedding, deviation: 5 / Math.sqrt(width) },
    norm('output_norm.weight'),
  ];
  for (let i = 0; i < layers; i++) {
    const at = `blk.${i}.`;
    list.push(
      norm(`${at}attn_norm.weight`),
      matrix(`${at}attn_q.weight`, width, width),
      matrix(`${at}attn_k.weight`, width, kvWidth),
      matrix(`${at}attn_v.weight`, width, kvWidth),
      matrix(`${at}attn_output.weight`, width, width),
      norm(`${at}ffn_norm.weight`),
      matrix(`${at}ffn_gate.weight`, width, ffn),
      matrix(`${at}ffn_up.weight`, width, ffn),
      matrix(`${at}ffn_down.weight`, ffn, width),
    );
  }
  let offset = 0;
  for (const tensor of list) {
    const quant = QUANTS[tensor.quant];
    tensor.bytes = (tensor.count / quant.weights) * quant.bytes;
    tensor.offset = offset;
    offset += align(tensor.bytes);
  }
  return list;
}

/** Writes one tensor: norms are ones, matrices random bits with the block's constants stamped in. Returns the bytes written. */
function writeTensor(file, tensor, pool) {
  const size = align(tensor.bytes);
  if (tensor.quant === 'F32') {
    const ones = Buffer.alloc(size);
    for (let i = 0; i < tensor.count; i++) ones.writeFloatLE(1, i * 4);
    return writeSync(file, ones);
  }
  const quant = QUANTS[tensor.quant];
  const chunk = quant.bytes * 16384;
  for (let done = 0; done < tensor.bytes; done += chunk) {
    const piece = pool.take(Math.min(chunk, tensor.bytes - done));
    for (let o = 0; o < piece.length; o += quant.bytes) quant.stamp(piece, o, tensor.deviation / quant.deviation);
    writeSync(file, piece);
  }
  writeSync(file, Buffer.alloc(size - tensor.bytes));
  return size;
}

/** Repeatable random bytes: 8 MiB of xorshift128, read from a different place each time. */
function randomPool(seed) {
  const words = new Uint32Array(2 << 20);
  let [x, y, z, w] = [123456789 ^ seed, 362436069, 521288629, 88675123];
  for (let i = 0; i < words.length; i++) {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    words[i] = w;
  }
  const bytes = Buffer.from(words.buffer);
  let place = 0;
  return {
    take(n) {
      place = (place + 1000003) % (bytes.length - n);
      return Buffer.from(bytes.subarray(place, place + n));
    },
  };
}

function encodeHeader({ like, layers, width, heads, kvHeads, ffn, vocab, context }, tok, tensors) {
  const text = (s) => {
    const b = Buffer.from(s);
    return Buffer.concat([u64(b.length), b]);
  };
  const string = (key, s) => [text(key), u32(8), text(s)];
  const uint = (key, n) => [text(key), u32(4), u32(n)];
  const float = (key, n) => [text(key), u32(6), f32(n)];
  const bool = (key, b) => [text(key), u32(7), Buffer.from([b ? 1 : 0])];
  const array = (key, type, items, encode) => [text(key), u32(9), u32(type), u64(items.length), ...items.map(encode)];
  const pairs = [
    string('general.architecture', 'llama'),
    string('general.name', `synthetic ${like}`),
    string('general.license', 'mit'),
    uint('general.alignment', 32),
    string('general.description', 'Random weights: for measuring speed, memory and downloads only'),
    uint('llama.block_count', layers),
    uint('llama.context_length', context),
    uint('llama.embedding_length', width),
    uint('llama.feed_forward_length', ffn),
    uint('llama.attention.head_count', heads),
    uint('llama.attention.head_count_kv', kvHeads),
    float('llama.attention.layer_norm_rms_epsilon', 1e-5),
    uint('llama.rope.dimension_count', width / heads),
    float('llama.rope.freq_base', 500000),
    uint('llama.vocab_size', vocab),
    string('tokenizer.ggml.model', 'llama'),
    array('tokenizer.ggml.tokens', 8, tok.tokens, text),
    array('tokenizer.ggml.scores', 6, tok.scores, f32),
    array('tokenizer.ggml.token_type', 5, tok.types, i32),
    uint('tokenizer.ggml.bos_token_id', tok.imStart),
    uint('tokenizer.ggml.eos_token_id', tok.imEnd),
    bool('tokenizer.ggml.add_bos_token', false),
    bool('tokenizer.ggml.add_space_prefix', false),
    string('tokenizer.chat_template', CHATML),
  ];
  const infos = tensors.flatMap((t) => [
    text(t.name),
    u32(t.dims.length),
    ...t.dims.map(u64),
    u32(QUANTS[t.quant].id),
    u64(t.offset),
  ]);
  const body = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(pairs.length),
    ...pairs.flat(),
    ...infos,
  ]);
  return Buffer.concat([body, Buffer.alloc(align(body.length) - body.length)]);
}

/** Reads the SentencePiece arrays of a GGUF file. */
function readTokenizer(path) {
  const b = readFileSync(path);
  let at = 24;
  const take = (n) => {
    at += n;
    return at - n;
  };
  const string = () => {
    const n = Number(b.readBigUInt64LE(take(8)));
    return b.toString('utf8', take(n), at);
  };
  const scalar = {
    0: () => b[take(1)],
    1: () => b.readInt8(take(1)),
    2: () => b.readUInt16LE(take(2)),
    3: () => b.readInt16LE(take(2)),
    4: () => b.readUInt32LE(take(4)),
    5: () => b.readInt32LE(take(4)),
    6: () => b.readFloatLE(take(4)),
    7: () => b[take(1)],
    8: string,
    10: () => b.readBigUInt64LE(take(8)),
    11: () => b.readBigInt64LE(take(8)),
    12: () => b.readDoubleLE(take(8)),
  };
  scalar[9] = () => {
    const type = b.readUInt32LE(take(4));
    const n = Number(b.readBigUInt64LE(take(8)));
    return Array.from({ length: n }, scalar[type]);
  };
  const found = {};
  for (let i = Number(b.readBigUInt64LE(16)); i > 0; i--) {
    const key = string();
    found[key] = scalar[b.readUInt32LE(take(4))]();
  }
  return {
    tokens: found['tokenizer.ggml.tokens'],
    scores: found['tokenizer.ggml.scores'],
    types: found['tokenizer.ggml.token_type'],
  };
}

/** Adds ChatML's control tokens, the named ones, and filler words until the vocabulary has `size` entries. */
function extendTokenizer({ tokens, scores, types }, size) {
  const imStart = tokens.length;
  const imEnd = imStart + 1;
  const control = ['<|im_start|>', '<|im_end|>', ...values.control];
  const extra = [...control];
  for (let i = imStart + control.length; i < size; i++) extra.push(`\u2581word${i}`);
  return {
    tokens: [...tokens, ...extra],
    scores: [...scores, ...extra.map(() => -1e6)],
    types: [...types, ...extra.map((_, i) => (i < control.length ? 3 : 1))],
    imStart,
    imEnd,
  };
}

/** IEEE half precision of a positive number, rounded down; enough for a scale. */
function half(n) {
  const bits = new Uint32Array(new Float32Array([n]).buffer)[0];
  const exponent = ((bits >>> 23) & 255) - 112;
  if (exponent <= 0) return Math.max(1, Math.round(n * 2 ** 24));
  return (exponent << 10) | ((bits >>> 13) & 1023);
}
function align(n) {
  return Math.ceil(n / 32) * 32;
}
function u32(n) {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  return b;
}
function i32(n) {
  const b = Buffer.alloc(4);
  b.writeInt32LE(n);
  return b;
}
function f32(n) {
  const b = Buffer.alloc(4);
  b.writeFloatLE(n);
  return b;
}
function u64(n) {
  const b = Buffer.alloc(8);
  b.writeBigUInt64LE(BigInt(n));
  return b;
}
