import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import { fileVault } from '#engine/swarmLink/identity/fileVault.ts';
import { Keyring } from '#engine/swarmLink/identity/Keyring.ts';
import { keyId, verifySignature } from '#node/keys/keys.ts';
import { NodeCertificate } from '#shared/protocol/challenge.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

const clock = new ManualClock();
let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'open-swarm-identity-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function keeper(folder = home): Keyring {
  return new Keyring({ vault: fileVault(folder), secrets: new FileSecrets(folder), clock });
}

describe('Keyring', () => {
  test('makes an identity once and finds it again', async () => {
    const first = await keeper().open();
    const second = await keeper().open();
    expect(second.certificate).toEqual(first.certificate);
    expect(first.accountId).toBe(keyId('acc', first.certificate.accountKey));
    const { signature, ...value } = NodeCertificate.parse(first.certificate);
    expect(verifySignature({ purpose: 'certificate', value, signature, publicKey: value.accountKey })).toBe(true);
  });

  test('nothing secret lies readable on the disk, and only the owner reads the key', async () => {
    await keeper().open();
    const file = path.join(home, 'identity', 'key.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const stored = readFileSync(path.join(home, 'identity', 'identity.json'), 'utf8');
    expect(stored).not.toContain('accountSeed');
  });

  test('a damaged file is reported and never replaced by a new account', async () => {
    await keeper().open();
    const file = path.join(home, 'identity', 'identity.json');
    writeFileSync(file, '{"version":1');
    await expect(keeper().open()).rejects.toMatchObject({ code: 'storage_damaged' });
    expect(readFileSync(file, 'utf8')).toBe('{"version":1');
  });

  test('another key file does not open it', async () => {
    await keeper().open();
    rmSync(path.join(home, 'identity', 'key.json'));
    await expect(keeper().open()).rejects.toMatchObject({ code: 'storage_damaged' });
  });

  test('a backup brings the account to another machine as a fresh node', async () => {
    const here = keeper();
    const { accountId, nodeId } = await here.open();
    const backup = await here.exportBackup('desk', 'correct horse battery');
    expect(backup).not.toContain('desk');
    const other = mkdtempSync(path.join(tmpdir(), 'open-swarm-identity-'));
    const there = keeper(other);
    await there.open();
    await expect(there.importBackup(backup, 'wrong passphrase')).rejects.toMatchObject({ code: 'passphrase_wrong' });
    await expect(there.importBackup('{}', 'x')).rejects.toMatchObject({ code: 'invalid_message' });
    expect(await there.importBackup(backup, 'correct horse battery')).toBe('desk');
    expect(there.current.accountId).toBe(accountId);
    expect(there.current.nodeId).not.toBe(nodeId);
    expect((await keeper(other).open()).nodeId).toBe(there.current.nodeId);
    rmSync(other, { recursive: true, force: true });
  });
});
