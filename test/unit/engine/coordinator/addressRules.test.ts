import { describe, expect, test } from 'vitest';
import { isLoopback, readAddress, requireSafe } from '#engine/coordinator/addressRules.ts';
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

  test('names that only look like this machine are not', () => {
    expect(isLoopback('http://127.0.0.1.evil.example')).toBe(false);
    expect(isLoopback('http://localhost.evil.example')).toBe(false);
    expect(isLoopback('http://LOCALHOST:1')).toBe(true);
  });
});
