import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeCatalogue, readPublisherKeys } from '#engine/models/catalogue/signedCatalogue.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-publisher-'));
  for (const file of ['catalogue.json', 'publisher.json']) copyFileSync(`resources/${file}`, path.join(folder, file));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string): string => path.join(folder, name);

function run(...args: string[]): number | null {
  const env = { ...process.env, OPEN_SWARM_RESOURCES: folder };
  return spawnSync(process.execPath, ['tools/sign-catalogue.mjs', ...args], { env }).status;
}

test('an edition that the publisher signs is accepted by who trusts the new key, and by nobody else', async () => {
  const trustedBefore = await readPublisherKeys(inFolder('publisher.json'));
  expect(run('new-key', inFolder('key'))).toBe(0);
  expect(process.platform === 'win32' || (statSync(inFolder('key')).mode & 0o777) === 0o600).toBe(true);
  expect(run('sign', inFolder('key'), '7', inFolder('signed.json'))).toBe(0);
  const signed: unknown = JSON.parse(readFileSync(inFolder('signed.json'), 'utf8'));
  const keys = await readPublisherKeys(inFolder('publisher.json'));
  expect(judgeCatalogue(signed, { keys, edition: 6 })).toMatchObject({ kind: 'accepted', edition: 7 });
  expect(judgeCatalogue(signed, { keys, edition: 7 })).toMatchObject({ kind: 'refused' });
  expect(judgeCatalogue(signed, { keys: trustedBefore, edition: 6 })).toMatchObject({ kind: 'refused' });
});

test('a key is never overwritten, and wrong use is told', () => {
  expect(run('new-key', inFolder('key'))).toBe(0);
  expect(run('new-key', inFolder('key'))).not.toBe(0);
  expect(run('sign', inFolder('key'), 'first', inFolder('signed.json'))).toBe(2);
  expect(run()).toBe(2);
});
