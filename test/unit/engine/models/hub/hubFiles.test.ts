import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HubClient } from '#engine/models/transfer/HubClient.ts';
import { hubFiles } from '#engine/models/hub/hubFiles.ts';
import { quantisationIn } from '#engine/models/gguf/modelFileName.ts';
import { familyOf } from '#engine/models/catalogue/knownFamily.ts';
import { systemClock } from '#node/systemClock.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { catalogueFamily, catalogueRow } from '#test/helpers/catalogueRows.ts';
import { HubImitation } from '#test/helpers/HubImitation.ts';

const oid = (digit: string): string => digit.repeat(64);
const file = (path: string, size: number, digit = 'a') => ({
  type: 'file',
  path,
  oid: 'b'.repeat(40),
  size,
  lfs: { oid: oid(digit), size, pointerSize: 135 },
  xetHash: oid('c'),
});
/** Its first file is `o/r/a.gguf`. */
const { family } = catalogueFamily('Model', ['chat'], [catalogueRow('model-q4_k_m', 'well', 100)]);
const says = (text: string) => expect.stringContaining(text) as string;
const commit = '1234567890'.repeat(4);

let hub: HubImitation;
let client: HubClient;
let token: { origin: string; value: string } | null;

beforeEach(async () => {
  hub = await new HubImitation().open();
  token = null;
  client = new HubClient({ clock: systemClock, env: {}, stallMs: 2000, token: () => token });
});
afterEach(async () => {
  client.close();
  await hub.close();
});

const ask = (of: CatalogueFamily = family, signal = AbortSignal.timeout(10_000)) =>
  hubFiles(client, of, { hub: `${hub.origin}/`, signal });
const paths = async () => (await ask()).map(({ path }) => path);

describe('the sizes of a model on the hub', () => {
  test('are its whole files, smallest first, with what the hub says of them', async () => {
    const other = { type: 'directory', oid: 'd'.repeat(40), size: 0, path: 'BF16' };
    hub.lists(
      [
        other,
        file('model.Q8_0.gguf', 300, 'd'),
        file('README.md', 3),
        file('a.gguf', 100),
        file('deep/UD-Q2_K_XL.gguf', 50),
      ],
      { 'x-repo-commit': commit },
    );
    const found = { revision: commit, known: false };
    const at = `${hub.origin}/o/r/resolve/${commit}`;
    expect(await ask()).toEqual([
      {
        ...found,
        path: 'deep/UD-Q2_K_XL.gguf',
        quantisation: 'UD-Q2_K_XL',
        sizeBytes: 50,
        digest: oid('a'),
        address: `${at}/deep/UD-Q2_K_XL.gguf`,
      },
      {
        ...found,
        path: 'a.gguf',
        quantisation: null,
        sizeBytes: 100,
        digest: oid('a'),
        known: true,
        address: `${at}/a.gguf`,
      },
      {
        ...found,
        path: 'model.Q8_0.gguf',
        quantisation: 'Q8_0',
        sizeBytes: 300,
        digest: oid('d'),
        address: `${at}/model.Q8_0.gguf`,
      },
    ]);
    expect(hub.requests.map(({ url }) => url)).toEqual(['/api/models/o/r/tree/main?recursive=true']);
  });

  test('are asked for at the commit that the catalogue pins', async () => {
    hub.lists([file('b.gguf', 1)], { 'x-repo-commit': 'f'.repeat(40) });
    const files = family.files.map((one) => ({ ...one, revision: commit }));
    expect(await ask({ ...family, files })).toMatchObject([{ revision: commit }]);
    expect(hub.requests[0]?.url).toBe(`/api/models/o/r/tree/${commit}?recursive=true`);
  });

  test('leave out parts, helpers, and whatever is no plain name', async () => {
    const refused = [
      'big-00001-of-00002.gguf',
      'mmproj-F16.gguf',
      'model.imatrix.gguf',
      '../outside.gguf',
      'a/../../outside.gguf',
      '/etc/model.gguf',
      'a//b.gguf',
      '.hidden.gguf',
      'new\nline.gguf',
      'bell\u0007.gguf',
      'turned\u202Efugg.gguf',
      'per%2fcent.gguf',
      'back\\slash.gguf',
      'query?.gguf',
      'model.gguf.exe',
      `${'x'.repeat(200)}.gguf`,
    ];
    hub.lists([...refused.map((path) => file(path, 5)), file('fine.gguf', 5)]);
    expect(await paths()).toEqual(['fine.gguf']);
  });

  test('leave out entries of another shape, and keep the others', async () => {
    hub.lists([
      null,
      7,
      'x.gguf',
      [],
      {},
      { ...file('size.gguf', 1), size: 'large' },
      file('none.gguf', 0),
      file('minus.gguf', -1),
      file('huge.gguf', 1e300),
      { ...file('digest.gguf', 1), lfs: { oid: '../../x', size: 1 } },
      { type: 'file', path: 'bare.gguf', oid: 'b'.repeat(40), size: 9 },
    ]);
    expect(await ask()).toMatchObject([{ path: 'bare.gguf', digest: null, sizeBytes: 9, revision: null }]);
  });

  test('are 64 at most, also when the list comes in pages that lead in circles', async () => {
    let page = 0;
    hub.answer = (_request, response) => {
      page += 1;
      const entries = Array.from({ length: 20 }, (_, at) => file(`page${page}-${at}.gguf`, 1 + at));
      response
        .writeHead(200, { link: `</api/models/o/r/tree/main?cursor=${page}>; rel="next"` })
        .end(JSON.stringify(entries));
    };
    expect(await ask()).toHaveLength(64);
    expect(page).toBe(8);
    expect(hub.requests[1]?.url).toBe('/api/models/o/r/tree/main?cursor=1');
  });

  test('are not looked for on another server that the next page names', async () => {
    const other = await new HubImitation().open();
    other.lists([file('foreign.gguf', 1)]);
    hub.lists([file('own.gguf', 1)], { link: `<${other.origin}/next>; rel="next"` });
    expect(await paths()).toEqual(['own.gguf']);
    expect(other.requests).toEqual([]);
    await other.close();
  });

  test('are found where the hub sends on to, which does not get the token', async () => {
    const other = await new HubImitation().open();
    other.lists([file('moved.gguf', 1)]);
    token = { origin: hub.origin, value: 'hf_secret' };
    hub.answer = (_request, response) => void response.writeHead(307, { location: `${other.origin}/moved` }).end();
    expect(await ask()).toMatchObject([{ path: 'moved.gguf', address: `${hub.origin}/o/r/resolve/main/moved.gguf` }]);
    expect(hub.requests[0]?.headers.authorization).toBe('Bearer hf_secret');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
    await other.close();
  });
});

describe('an answer that is no list', () => {
  test.each([401, 403])('but status %i says that a token may be needed', async (status) => {
    hub.answer = (_request, response) => void response.writeHead(status).end();
    await expect(ask()).rejects.toMatchObject({ code: 'forbidden', message: says('access token') });
  });

  test('because the repository is gone is told so', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'not_found', message: says('no longer has the repository o/r') });
  });

  test('but a failure, a page, another shape or half an answer is told as a lost connection', async () => {
    for (const body of ['<!doctype html><title>Sign in</title>', '{"error":"no"}', '[{"type":"file"', '']) {
      hub.answer = (_request, response) => void response.writeHead(200).end(body);
      await expect(ask()).rejects.toMatchObject({
        code: 'not_connected',
        message: says('something other than a list'),
      });
    }
    hub.answer = (_request, response) => void response.writeHead(503).end();
    await expect(ask()).rejects.toMatchObject({ code: 'not_connected' });
    hub.answer = (_request, response) => void response.writeHead(302, { location: '/again' }).end();
    await expect(ask()).rejects.toMatchObject({ code: 'not_connected', message: 'The address redirects in circles.' });
  });

  test('because it never ends is dropped after two megabytes', async () => {
    let sent = 0;
    hub.answer = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, ' '))) sent += 65_536;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    await expect(ask()).rejects.toMatchObject({ code: 'not_connected', message: says('too long') });
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  test('because it only drips is told as too late', async () => {
    hub.answer = (_request, response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.once('close', () => clearInterval(drip));
    };
    await expect(ask(family, AbortSignal.timeout(200))).rejects.toMatchObject({ code: 'timeout' });
  });

  test('because nobody is there is told as a lost connection', async () => {
    const { origin } = hub;
    await hub.close();
    await expect(hubFiles(client, family, { hub: origin, signal: AbortSignal.timeout(10_000) })).rejects.toMatchObject({
      code: 'not_connected',
    });
    await hub.open();
  });
});

test.each([
  ['qwen2.5-coder-0.5b-instruct-fp16.gguf', 'F16'],
  ['dir.Q4_0/starcoder2-7b.Q5_K_S.gguf', 'Q5_K_S'],
  ['Qwen3-4B-IQ4_XS.gguf', 'IQ4_XS'],
  ['gpt-oss-mxfp4.gguf', 'MXFP4'],
  ['Model-BF16.GGUF', 'BF16'],
  ['q8_0.gguf', 'Q8_0'],
  ['Qwen3-4B.gguf', null],
  ['faq8.gguf', null],
])('%s is of quantisation %s', (path, quantisation) => {
  expect(quantisationIn(path)).toBe(quantisation);
});

test('a family is found by its own id and by that of a file', () => {
  const catalogue = { version: 1 as const, models: [], families: [family] };
  expect(familyOf('model', catalogue)).toBe(family);
  expect(familyOf('model-q4_k_m', catalogue)).toBe(family);
  expect(() => familyOf('other', catalogue)).toThrow(expect.objectContaining({ code: 'model_unknown' }));
});
