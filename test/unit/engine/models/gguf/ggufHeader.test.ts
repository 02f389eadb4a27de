import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { ModelFileError } from '#engine/models/gguf/ModelFileError.ts';
import { entry, ggufFile, tensor, text, u32, u64 } from '#test/helpers/ggufBytes.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-gguf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(bytes: Uint8Array) {
  const file = path.join(folder, 'model.gguf');
  await writeFile(file, bytes);
  return readGgufHeader(file);
}

/** Code of the refusal, or `sound`. */
async function verdict(bytes: Uint8Array): Promise<string> {
  try {
    await read(bytes);
    return 'sound';
  } catch (thrown) {
    if (thrown instanceof ModelFileError) return thrown.code;
    throw thrown;
  }
}

describe('a sound header', () => {
  test('of the starter model says what its catalogue entry says', async () => {
    const header = await readGgufHeader(starterModel.path);
    expect(starterModel).toMatchObject({ ...header, name: starterModel.name, licence: starterModel.licence });
    expect(header).toMatchObject({ name: 'Open Swarm Starter JS', licence: 'mit' });
  });

  test('of a small file made by hand', async () => {
    expect(await read(ggufFile())).toMatchObject({ name: 'Tiny', parameters: 128, vocabSize: 3, kvBytesPerToken: 256 });
    expect(await verdict(ggufFile({ version: 2 }))).toBe('sound');
  });
});

describe('a hostile header costs nothing', () => {
  const huge = 2n ** 63n;
  test.each([
    ['an empty file', Buffer.alloc(0), 'not_gguf'],
    ['another kind of file', Buffer.from('PK\u0003\u0004'.padEnd(64, ' ')), 'not_gguf'],
    ['an old version', ggufFile({ version: 1 }), 'unsupported_version'],
    ['a version of the future', ggufFile({ version: 4 }), 'unsupported_version'],
    ['2^63 entries', ggufFile({ pairs: huge }), 'damaged'],
    ['a million entries', ggufFile({ pairs: 1_000_000 }), 'too_large'],
    ['a million tensors', ggufFile({ tensors: 1_000_000 }), 'too_large'],
    ['more entries than there are', ggufFile({ pairs: 11 }), 'too_large'],
    ['a key of a gigabyte', ggufFile({ entries: [u64(2 ** 30)] }), 'too_large'],
    ['a text longer than the file', ggufFile({ entries: [Buffer.concat([text('k'), u32(8), u64(1e6)])] }), 'damaged'],
    ['a value type that does not exist', ggufFile({ entries: [Buffer.concat([text('k'), u32(99)])] }), 'damaged'],
    ['an array of arrays', ggufFile({ entries: [Buffer.concat([text('k'), u32(9), u32(9), u64(5)])] }), 'damaged'],
    [
      'an array of 2^40',
      ggufFile({ entries: [Buffer.concat([text('k'), u32(9), u32(4), u64(2 ** 40)])] }),
      'too_large',
    ],
    ['nine dimensions', ggufFile({ tensorInfos: [tensor('w', [1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 0)] }), 'too_large'],
    ['a product beyond numbers', ggufFile({ tensorInfos: [tensor('w', [2 ** 40, 2 ** 40], 0, 0)] }), 'damaged'],
    ['a tensor beyond the end', ggufFile({ tensorInfos: [tensor('w', [32, 4], 8, 64)] }), 'damaged'],
    ['data cut off', ggufFile({ dataBytes: 100 }), 'damaged'],
    ['no tensors', ggufFile({ tensorInfos: [] }), 'damaged'],
    ['no architecture', ggufFile({ entries: [entry('general.name', 'x')] }), 'damaged'],
    ['no vocabulary', ggufFile({ entries: [entry('general.architecture', 'llama')] }), 'damaged'],
    ['an alignment of zero', ggufFile({ entries: [entry('general.alignment', 0)] }), 'damaged'],
  ])('%s', async (_, bytes, code) => {
    expect(await verdict(bytes)).toBe(code);
  });

  test('whatever bytes are changed or cut, it is read or refused', async () => {
    const sound = await readFile(starterModel.path);
    const header = sound.subarray(0, 120_000);
    const change = fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 6 }),
        fc.integer({ min: 0, max: 120_000 }),
        async (changes, length) => {
          const bytes = Buffer.from(header.subarray(0, length));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          expect(typeof (await verdict(bytes))).toBe('string');
        },
      ),
      { numRuns: 200 },
    );
  });
});
