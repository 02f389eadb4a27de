import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPool } from '#test/helpers/inferencePool.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-ends-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Control tokens as published models have them; the library ends answers at more of them than a header names. */
const dialects = [
  ['Qwen', ['<|endoftext|>', '<|fim_prefix|>', '<|fim_pad|>', '<|repo_name|>', '<|file_sep|>']],
  ['Granite', ['<|end_of_text|>', '<fim_prefix>', '<fim_pad>', '<reponame>']],
  ['Llama', ['<|eot_id|>', '<|eom_id|>', '<|end_of_text|>']],
  ['harmony', ['<|return|>', '<|call|>', '<|channel|>']],
  ['Gemma', ['<eos>', '<turn|>', '<|tool_response>', '<end_of_turn>', '<PAD>']],
  ['DeepSeek', ['<｜end▁of▁sentence｜>', '<｜fim▁begin｜>', '<|EOT|>']],
  ['mixed', ['[EOT]', '[EOS]', '[PAD]', '<EOT>', '_<EOT>', '[e~[', '<end_of_utterance>', '<REPO>']],
] as const;

test.each(dialects)('the header of a %s vocabulary tells the ends that the library uses', async (_, control) => {
  const model = await makeSyntheticModel(folder, 'tiny', control);
  const pool = openPool();
  try {
    const loaded = await pool.prepare(model);
    if (loaded.kind !== 'loaded') throw new Error(loaded.message);
    expect(model.eogIds).toEqual(loaded.eogIds.toSorted((a, b) => a - b));
    expect(model.eogIds.length).toBeGreaterThan(1);
  } finally {
    await pool.dispose();
  }
});

test('so does the header of the starter model', async () => {
  const pool = openPool();
  try {
    expect(await pool.prepare(starterModel)).toMatchObject({ eogIds: starterModel.eogIds });
  } finally {
    await pool.dispose();
  }
});
