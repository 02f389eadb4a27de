import { describe, expect, test } from 'vitest';
import { isLoopback, isOwnNetwork, readAddress, requireSafe } from '#engine/swarmLink/membership/addressRules.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

const swarmId = `swm_${'a'.repeat(32)}`;

describe('readAddress', () => {
  test.each([
    ['https://swarm.example:4000/path', 'https://swarm.example:4000'],
    ['swarm.example', 'https://swarm.example'],
    ['127.0.0.1:4000', 'http://127.0.0.1:4000'],
    [' http://[::1]:4000 ', 'http://[::1]:4000'],
  ])('%s', (text, address) => {
    expect(readAddress(text, false)).toEqual({ address, swarmId: null, secret: null });
  });

  test('reads invite links', () => {
    expect(readAddress(`openswarm://127.0.0.1:4000#${swarmId}.c2VjcmV0`, false)).toEqual({
      address: 'http://127.0.0.1:4000',
      swarmId,
      secret: 'c2VjcmV0',
    });
    expect(readAddress(`openswarm://10.0.0.5:4000#${swarmId}.c2VjcmV0`, false).address).toBe('https://10.0.0.5:4000');
    expect(readAddress(`openswarm://10.0.0.5:4000#${swarmId}.c2VjcmV0`, true).address).toBe('http://10.0.0.5:4000');
  });

  test.each(['', 'file:///etc/passwd', 'ftp://x', 'openswarm://host#nobody.secret', 'http://'])(
    'refuses %j',
    (text) => {
      expect(() => readAddress(text, false)).toThrow(SwarmError);
    },
  );
});

describe('requireSafe', () => {
  test('plain connections are for this machine, or accepted by name', () => {
    expect(() => requireSafe('http://127.0.0.1:1', false)).not.toThrow();
    expect(() => requireSafe('https://swarm.example', false)).not.toThrow();
    expect(() => requireSafe('http://192.168.1.4:4000', false)).toThrow(/not be encrypted/);
    expect(() => requireSafe('http://192.168.1.4:4000', true)).not.toThrow();
  });

  test('beyond the own network nobody can accept them', () => {
    expect(() => requireSafe('http://203.0.113.7', true)).toThrow(/for your own network only/);
    expect(() => requireSafe('http://swarm.example.org', true)).toThrow(/for your own network only/);
  });

  test.each([
    ['http://10.1.2.3:4100', true],
    ['http://172.31.0.1', true],
    ['http://172.32.0.1', false],
    ['http://100.100.1.1', true],
    ['http://[fd12::1]:4100', true],
    ['http://[2001:db8::1]', false],
    ['http://[::ffff:8.8.8.8]', false],
    ['http://nas:4100', true],
    ['http://printer.local', true],
    ['http://10.0.0.1.evil.example', false],
    ['http://local', true],
  ])('%s is on the own network: %s', (address, expected) => {
    expect(isOwnNetwork(address)).toBe(expected);
  });

  test('names that only look like this machine are not', () => {
    expect(isLoopback('http://127.0.0.1.evil.example')).toBe(false);
    expect(isLoopback('http://localhost.evil.example')).toBe(false);
    expect(isLoopback('http://LOCALHOST:1')).toBe(true);
  });
});
