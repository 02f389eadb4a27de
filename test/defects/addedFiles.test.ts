import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunningDownload } from '#engine/models/downloads/RunningDownload.ts';
import { copyAndHash } from '#engine/models/downloads/copyAndHash.ts';
import type { ModelService } from '#engine/models/ModelService.ts';
import { openLocalFile } from '#engine/models/downloads/openLocalFile.ts';
import { ModelServiceFolder } from '#test/helpers/ModelServiceFolder.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const model = (mark: string): Buffer => Buffer.concat([readFileSync(starterModel.path), Buffer.from(mark)]);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const content = model('one');
const digest = sha256(content);

let home: ModelServiceFolder;
let desk: ModelService;
beforeEach(async () => {
  home = new ModelServiceFolder('https://hub.invalid');
  desk = await home.open();
});
afterEach(() => home.close());

function file(name: string, bytes: Buffer): string {
  const full = path.join(home.folder, name);
  writeFileSync(full, bytes);
  return full;
}

async function add(full: string, wanted?: string) {
  const { downloadId } = await desk.handlers['models.add']({
    path: full,
    ...(wanted === undefined ? {} : { sha256: wanted }),
  });
  return desk.handlers['downloads.wait']({ downloadId });
}

/** What was copied and is not installed. */
function parts(): string[] {
  const folder = path.join(home.folder, 'models', 'downloads');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.part')) : [];
}

// With a disk budget, adding a file that turned out to be no model deleted installed models first.

describe('with a budget that one model fills', () => {
  beforeEach(async () => {
    home.settings = { ...home.settings, 'models.diskBudgetBytes': content.length + 1000 };
    await add(file('one.gguf', content));
  });

  test('nobody leaves for what is no model', async () => {
    expect(await add(file('holiday.iso', Buffer.alloc(500_000, 7)))).toMatchObject({
      kind: 'failed',
      code: 'not_gguf',
    });
    expect(desk.installed.all).toMatchObject([{ digest }]);
    expect(parts()).toEqual([]);
  });

  test('nobody leaves for a file with another digest than the wanted one', async () => {
    expect(await add(file('two.gguf', model('two')), 'f'.repeat(64))).toMatchObject({ code: 'digest_mismatch' });
    expect(desk.installed.all).toMatchObject([{ digest }]);
    expect(parts()).toEqual([]);
  });

  test('the same file once more is here already', async () => {
    const again = await add(file('copy.gguf', content));
    expect(again).toEqual({ kind: 'installed', file: { digest, bytes: content.length, path: home.fileOf(digest) } });
    expect(desk.installed.all).toMatchObject([{ digest }]);
    expect(parts()).toEqual([]);
  });

  test('one that is right takes the place of the former', async () => {
    expect(await add(file('two.gguf', model('two')))).toMatchObject({ kind: 'installed' });
    expect(desk.installed.all).toMatchObject([{ digest: sha256(model('two')) }]);
    expect(parts()).toEqual([]);
  });

  test('one that never fits is not even copied', async () => {
    home.settings = { ...home.settings, 'models.diskBudgetBytes': 1_000_000 };
    expect(await add(file('two.gguf', model('two')))).toMatchObject({ code: 'budget_full' });
    expect(desk.installed.all).toMatchObject([{ digest }]);
    expect(parts()).toEqual([]);
  });
});

// A device was copied until the disk was full; a pipe held up everything for ever.

describe.skipIf(process.platform === 'win32')('what is no file', () => {
  test('is refused at once', async () => {
    expect(await add('/dev/zero')).toMatchObject({ kind: 'failed', code: 'not_gguf' });
    mkdirSync(path.join(home.folder, 'sub'));
    expect(await add(path.join(home.folder, 'sub'))).toMatchObject({
      message: expect.stringMatching(/^This is a folder/) as string,
    });
    expect(await add(path.join(home.folder, 'nothing.gguf'))).toMatchObject({ code: 'not_found' });
    expect(parts()).toEqual([]);
  });

  test('blocks nobody, and can be cancelled', async () => {
    for (const name of ['first', 'second']) {
      execFileSync('mkfifo', [path.join(home.folder, name)]);
      expect(await add(path.join(home.folder, name))).toMatchObject({ code: 'not_gguf' });
    }
    for (const { downloadId } of desk.downloads()) await desk.handlers['downloads.cancel']({ downloadId });
    expect(desk.downloads()).toEqual([]);
    expect(await add(file('one.gguf', content))).toMatchObject({ kind: 'installed' });
  });
});

test('of a file that grows meanwhile no more is copied than it had, and one that shrinks is refused', async () => {
  const changing = file('changing.gguf', content);
  const reading = { signal: new AbortController().signal, onBytes: () => {} };
  const copy = path.join(home.folder, 'copy');
  await using source = await openLocalFile(changing);
  writeFileSync(changing, Buffer.alloc(20_000_000), { flag: 'a' });
  expect(await copyAndHash(source, copy, reading)).toBe(digest);
  expect(readFileSync(copy).equals(content)).toBe(true);
  truncateSync(changing, 1000);
  await expect(copyAndHash(source, copy, reading)).rejects.toMatchObject({ code: 'length_mismatch' });
});

test('more bytes than announced leave no less than no time', async () => {
  const clock = new ManualClock();
  const running = new RunningDownload(clock, () => {});
  await running.run(async ({ onPhase, onProgress }) => {
    onPhase('downloading');
    onProgress(100, 500);
    await clock.advance(1000);
    onProgress(1000, 500);
  });
  expect(running.bytesPerSecond).toBe(900);
  expect(running.secondsLeft).toBe(0);
});
