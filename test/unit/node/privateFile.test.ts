import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-private-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('private files', () => {
  const Content = z.object({ n: z.number() });

  it('are replaced whole, for the owner alone, and read back parsed', () => {
    const file = path.join(folder, 'a', 'b.json');
    writeJsonFile(file, { n: 1 });
    writeJsonFile(file, { n: 2 });
    expect(readJsonFile(file, Content)).toEqual({ n: 2 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('that are missing, broken or something else are as if not there', () => {
    const file = path.join(folder, 'b.json');
    expect(readJsonFile(file, Content)).toBeUndefined();
    writeFileSync(file, '{"n":');
    expect(readJsonFile(file, Content)).toBeUndefined();
    writeFileSync(file, '{"n":"x"}');
    expect(readJsonFile(file, Content)).toBeUndefined();
  });

  it('where nothing can be written fail as storage that is read-only', () => {
    writeFileSync(path.join(folder, 'file'), '');
    expect(() => writeJsonFile(path.join(folder, 'file', 'b.json'), {})).toThrow(
      expect.objectContaining({ code: 'storage_read_only' }),
    );
  });
});
