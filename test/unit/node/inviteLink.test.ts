import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inviteLink, networkAddress } from '#node/inviteLink.ts';
import { openSecret, readSecret, renewSecret, revokeSecret } from '#node/swarmSecret.ts';
import { systemRandom } from '#node/systemClock.ts';

function folderOfTest(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('an invite link names the place, the swarm and the secret', () => {
  expect(inviteLink({ host: '192.0.2.7:4600', swarmId: 'swm_x', secret: 's' })).toBe(
    'openswarm://192.0.2.7:4600#swm_x.s',
  );
});

test('the address in the network is neither this computer’s own nor one of another kind', () => {
  const one = (address: string, internal: boolean, family: 'IPv4' | 'IPv6') =>
    ({ address, internal, family, netmask: '', mac: '', cidr: null, scopeid: 0 }) as os.NetworkInterfaceInfo;
  const lo = [one('127.0.0.1', true, 'IPv4')];
  expect(networkAddress({ lo, eth0: [one('fe80::1', false, 'IPv6'), one('192.0.2.7', false, 'IPv4')] })).toBe(
    '192.0.2.7',
  );
  expect(networkAddress({ lo })).toBeNull();
});

describe('the secret of a private swarm', () => {
  test('is made once, renewed and revoked by its owner, and never made again by itself', () => {
    const folder = folderOfTest();
    expect(readSecret(folder)).toBeNull();
    openSecret(folder, systemRandom);
    const first = readSecret(folder);
    expect(first).toMatch(/^[\w-]{22}$/);
    openSecret(folder, systemRandom);
    expect(readSecret(folder)).toBe(first);
    expect(renewSecret(folder, systemRandom)).not.toBe(first);
    revokeSecret(folder);
    openSecret(folder, systemRandom);
    expect(readSecret(folder)).toBeNull();
  });

  test('is for its owner alone', { skip: process.platform === 'win32' }, () => {
    const folder = folderOfTest();
    openSecret(folder, systemRandom);
    expect(statSync(path.join(folder, 'secret.json')).mode & 0o777).toBe(0o600);
  });

  test('that cannot be read is an error, not a reason for another one', () => {
    const folder = folderOfTest();
    writeFileSync(path.join(folder, 'secret.json'), '{"secret": 7}');
    expect(() => openSecret(folder, systemRandom)).toThrow(/is damaged/);
  });
});
