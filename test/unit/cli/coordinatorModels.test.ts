import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installationCatalogue, readOwnCatalogue } from '#coordinator/catalogue/coordinatorCatalogue.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { entry, ggufFile } from '#test/helpers/ggufBytes.ts';
import { runTestCommand } from './runTestCommand.ts';

let folder = '';
let data = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-admit-'));
  data = path.join(folder, 'coordinator');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  runTestCommand(['coordinator', 'models', ...args, '--data', data, '--home', path.join(folder, 'home'), '--json']);
const list = async () => (await run('list')).lines;

/** A small sound model with the end tokens and the licence of a real one. */
const content = ggufFile({
  entries: [
    entry('general.architecture', 'llama'),
    entry('general.name', 'Tiny'),
    entry('general.license', 'apache-2.0'),
    entry('llama.context_length', 128),
    entry('tokenizer.ggml.tokens', ['a', '<|im_end|>', '<|endoftext|>']),
    entry('tokenizer.ggml.eos_token_id', 1),
    entry('tokenizer.chat_template', '{{ messages }}'),
  ],
});
const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function fileOf(name: string, bytes = content): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

describe('a model file', () => {
  const row = {
    digest: digestOf(content),
    id: 'my-tiny',
    name: 'Tiny',
    types: ['code_completion', 'chat'],
    sizeBytes: content.length,
    sizeClass: 'tiny',
  };

  test('is admitted with what its header says, listed beside those of the installation, and removed', async () => {
    const added = await run('add', fileOf('My Tiny.gguf'), '--types', 'code_completion, chat');
    expect(added).toMatchObject({ code: 0, lines: [{ event: 'added', ...row }] });
    expect(readOwnCatalogue(data).models).toEqual([
      expect.objectContaining({
        vocabSize: 3,
        eogIds: [1, 2],
        contextSize: 128,
        chatTemplate: true,
        parameters: 128,
        licence: 'apache-2.0',
        languages: [],
        source: 'imported',
      }),
    ]);
    const [starter] = installationCatalogue().models;
    expect(await list()).toEqual([
      { ...row, origin: 'own' },
      expect.objectContaining({ digest: starter?.digest, origin: 'installation' }),
    ]);
    expect(await run('remove', row.digest)).toMatchObject({ code: 0, lines: [{ event: 'removed', ...row }] });
    expect(await list()).toMatchObject([{ origin: 'installation' }]);
  });

  test('is replaced when it is added again, with the words of the operator', async () => {
    await run('add', fileOf('a.gguf'), '--types', 'chat');
    const words = ['--types', 'documentation', '--name', 'Mine', '--languages', 'Rust,go', '--licence', 'MIT'];
    expect((await run('add', fileOf('b.gguf'), ...words)).code).toBe(0);
    expect(readOwnCatalogue(data).models).toMatchObject([
      { id: 'b', name: 'Mine', types: ['documentation'], languages: ['rust', 'go'], licence: 'MIT' },
    ]);
  });

  test('another one of the same name is refused', async () => {
    await run('add', fileOf('a.gguf'), '--types', 'chat');
    const other = fileOf('a.gguf', Buffer.concat([content, Buffer.alloc(32)]));
    const refused = await run('add', other, '--types', 'chat');
    expect(refused).toMatchObject({ code: 1, lines: [{ event: 'error', code: 'conflict', field: 'id' }] });
    expect(readOwnCatalogue(data).models).toMatchObject([{ digest: row.digest }]);
  });

  test.each([
    ['without a type', [], 'types'],
    ['with a name that is too long', ['--types', 'chat', '--name', 'n'.repeat(121)], 'name'],
    ['with an empty licence', ['--types', 'chat', '--licence', ''], 'licence'],
  ])('%s is refused by the name of the field', async (_, args, field) => {
    const refused = await run('add', fileOf('a.gguf'), ...args);
    expect(refused).toMatchObject({ code: 2, lines: [{ event: 'error', code: 'invalid_message', field }] });
    expect(String(refused.lines[0]?.['message'])).toContain(`${field}:`);
    expect(existsSync(data)).toBe(false);
  });

  test('that names no licence, has too little context, is damaged or missing is refused', async () => {
    const bare = fileOf('bare.gguf', ggufFile());
    expect((await run('add', bare, '--types', 'chat')).lines).toMatchObject([{ field: 'licence' }]);
    const noContext = [
      entry('general.architecture', 'llama'),
      entry('tokenizer.ggml.tokens', ['a', '</s>']),
      entry('tokenizer.ggml.eos_token_id', 1),
    ];
    const short = fileOf('short.gguf', ggufFile({ entries: noContext }));
    expect(await run('add', short, '--types', 'chat', '--licence', 'MIT')).toMatchObject({
      code: 1,
      lines: [{ code: 'model_refused', field: 'contextSize' }],
    });
    expect((await run('add', fileOf('x.gguf', Buffer.from('no')), '--types', 'chat')).lines).toMatchObject([
      { code: 'model_refused' },
    ]);
    expect((await run('add', path.join(folder, 'none.gguf'), '--types', 'chat')).lines).toMatchObject([
      { code: 'not_found' },
    ]);
    expect((await run('add', bare, '--types', 'dance')).code).toBe(2);
    expect((await run('add', 'no-such-id')).lines).toMatchObject([{ code: 'model_unknown', field: 'source' }]);
    expect(existsSync(data)).toBe(false);
  });
});

describe('a file on a hub', () => {
  let hub: FaultyFileServer;
  beforeEach(async () => {
    hub = await new FaultyFileServer(content).open();
  });
  afterEach(() => hub.close());

  /** A file of the app's catalogue of which digest, size and revision are known, or only the digest. */
  const known = (what: 'all' | 'digest') => {
    for (const family of installationCatalogue().families ?? []) {
      const file = family.files.find(
        ({ digest, sizeBytes, revision }) =>
          digest !== null &&
          (sizeBytes === null) === (what === 'digest') &&
          (revision === null) === (what === 'digest'),
      );
      if (file !== undefined) return { family, file, linked: { 'x-linked-etag': `"${String(file.digest)}"` } };
    }
    throw new Error('The catalogue has no such file');
  };
  const pinned = 'c'.repeat(40);

  test('of the catalogue is completed by its header, without fetching the rest', async () => {
    const { family, file, linked } = known('all');
    // Stands for a file of hundreds of megabytes: whoever asks for more than its beginning gets nothing.
    const beginning = Buffer.concat([content, Buffer.alloc(300_000)]);
    hub.replace(beginning);
    hub.faults.claims = file.sizeBytes;
    hub.faults.headers = linked;
    const added = await run('add', file.id, '--hub', hub.origin);
    expect(added).toMatchObject({ code: 0, lines: [{ event: 'added', id: file.id, digest: file.digest }] });
    const [model] = readOwnCatalogue(data).models;
    expect(model).toMatchObject({
      types: family.types,
      licence: family.licence,
      purpose: family.purpose,
      vocabSize: 3,
      eogIds: [1, 2],
      contextSize: 128,
      chatTemplate: true,
      source: `https://huggingface.co/${file.repository}/resolve/${String(file.revision)}/${file.path}`,
    });
    expect(hub.sent).toBeLessThan(2 * beginning.length);
    hub.faults.headers = {};
    expect(await run('add', file.id, '--hub', hub.origin)).toMatchObject({ code: 0, lines: [{ digest: file.digest }] });
    expect(await run('remove', file.id)).toMatchObject({ code: 0 });
  });

  test('of which the catalogue knows the digest alone gets size and revision from the hub', async () => {
    const { file, linked } = known('digest');
    expect((await run('add', file.id, '--hub', hub.origin)).lines).toMatchObject([
      { code: 'model_refused', field: 'digest' },
    ]);
    hub.faults.headers = { ...linked, 'x-repo-commit': pinned };
    expect((await run('add', file.id, '--hub', hub.origin)).code).toBe(0);
    expect(readOwnCatalogue(data).models).toMatchObject([
      { digest: file.digest, sizeBytes: content.length, source: expect.stringContaining(pinned) as string },
    ]);
  });

  test('that is not the one the catalogue means is refused', async () => {
    const { file, linked } = known('all');
    hub.faults.headers = { 'x-linked-etag': `"${digestOf(content)}"` };
    expect((await run('add', file.id, '--hub', hub.origin)).lines).toMatchObject([{ field: 'digest' }]);
    hub.faults.headers = linked;
    expect((await run('add', file.id, '--hub', hub.origin)).lines).toMatchObject([{ field: 'sizeBytes' }]);
    hub.faults.refuse = { times: 1, status: 404 };
    expect((await run('add', file.id, '--hub', hub.origin)).lines).toMatchObject([{ code: 'not_found' }]);
    expect(existsSync(data)).toBe(false);
  });

  test('that no catalogue knows is admitted by its address', async () => {
    expect((await run('add', hub.address, '--types', 'chat')).lines).toMatchObject([{ field: 'digest' }]);
    hub.faults.headers = { 'x-linked-etag': `"${digestOf(content)}"` };
    expect((await run('add', hub.address)).lines).toMatchObject([{ field: 'types' }]);
    expect(await run('add', hub.address, '--types', 'chat')).toMatchObject({
      code: 0,
      lines: [{ event: 'added', id: 'model', digest: digestOf(content) }],
    });
    expect(readOwnCatalogue(data).models).toMatchObject([{ source: 'imported' }]);
  });
});

test('what came with the installation cannot be removed, and what is not there neither', async () => {
  const [starter] = installationCatalogue().models;
  const refused = await run('remove', String(starter?.id));
  expect(refused).toMatchObject({ code: 1, lines: [{ code: 'model_unknown', field: 'model' }] });
  expect(refused.notes.join()).toContain('part of the installation');
  expect(await run('remove', 'nothing')).toMatchObject({ code: 1, lines: [{ code: 'model_unknown' }] });
});

test('a damaged list is told with its field, and stays as it is', async () => {
  await run('add', fileOf('a.gguf'), '--types', 'chat');
  const file = path.join(data, 'catalogue.json');
  const damaged = readFileSync(file, 'utf8').replace('"vocabSize":3', '"vocabSize":-3');
  writeFileSync(file, damaged);
  for (const args of [['list'], ['remove', 'a'], ['add', fileOf('b.gguf'), '--types', 'chat']]) {
    expect(await run(...args)).toMatchObject({
      code: 1,
      lines: [{ code: 'storage_damaged', field: 'models.0.vocabSize' }],
    });
  }
  // A coordinator does not start with it, of either kind, and lets go of its folder.
  for (const kind of [[], ['--private']]) {
    const other = mkdtempSync(path.join(folder, 'other-'));
    writeFileSync(path.join(other, 'catalogue.json'), damaged);
    for (const args of [kind, kind]) {
      expect(await runTestCommand(['coordinator', '--data', other, '--port', '0', '--json', ...args])).toMatchObject({
        code: 1,
        lines: [{ event: 'error', code: 'storage_damaged', field: 'models.0.vocabSize' }],
      });
    }
  }
  expect(readFileSync(file, 'utf8')).toBe(damaged);
});

test('people get a table', async () => {
  const { out } = await runTestCommand(['coordinator', 'models', 'list', '--data', data]);
  expect(out).toMatch(/^ID +NAME +SIZE MB +CLASS +TYPES +ORIGIN +DIGEST\n/);
  expect(out).toContain('installation');
});
