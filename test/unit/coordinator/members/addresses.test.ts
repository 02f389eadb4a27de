import { describe, expect, test } from 'vitest';
import { isLoopback, networkPrefix, clientPrefix } from '#coordinator/members/addressPrefix.ts';
import { hostAndPort, isOwnOrigin } from '#coordinator/members/originRule.ts';
import { pseudonymOf } from '#coordinator/members/pseudonym.ts';
import { ownAddressesOf } from '#coordinator/host/ownAddresses.ts';

describe('addresses in limits', () => {
  test.each([
    ['127.0.0.1', true, '127.0.0.1', ''],
    ['::1', true, '0:0:0::/48', ''],
    ['::ffff:127.0.0.1', true, '127.0.0.1', ''],
    ['203.0.113.7', false, '203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', false, '203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:12:34::5', false, '2001:db8:12::/48', '2001:db8:12::/48'],
    ['2001:0DB8:0012:ffff:1:2:3:4', false, '2001:db8:12::/48', '2001:db8:12::/48'],
    ['fe80::1%eth0', false, 'fe80:0:0::/48', 'fe80:0:0::/48'],
    ['', false, '', ''],
  ])('%s', (address, loopback, visitor, place) => {
    expect([isLoopback(address), clientPrefix(address), networkPrefix(address)]).toEqual([loopback, visitor, place]);
  });
});

describe('isOwnOrigin', () => {
  const own = ['http://127.0.0.1:4000', 'https://swarm.example'];
  test.each([
    ['http://127.0.0.1:4000', true],
    ['ws://127.0.0.1:4000/', true],
    ['https://swarm.example:443', true],
    ['https://SWARM.example', true],
    ['http://127.0.0.1:4001', false],
    ['http://swarm.example', false],
    ['https://swarm.example.evil', false],
    ['http://user@127.0.0.1:4000', true],
    ['not an address', false],
    ['', false],
  ])('%s', (origin, is) => {
    expect(isOwnOrigin(origin, own)).toBe(is);
  });

  test('a coordinator on all interfaces answers to each of them, one on loopback to its names', () => {
    expect(ownAddressesOf('127.0.0.1', 5, [])).toEqual(['http://127.0.0.1:5', 'http://localhost:5', 'http://[::1]:5']);
    expect(ownAddressesOf('0.0.0.0', 5, ['https://a.example'])).toEqual(
      expect.arrayContaining(['http://127.0.0.1:5', 'https://a.example']),
    );
    expect(hostAndPort('http://[::1]:5')).toBe('[::1]:5');
  });
});

test('a pseudonym is always the same for one node and says nothing of it', () => {
  expect(pseudonymOf('node_a')).toBe(pseudonymOf('node_a'));
  expect(pseudonymOf('node_a')).toMatch(/^[a-z]+-[a-z]+-\d\d$/);
  expect(new Set(Array.from({ length: 200 }, (_, index) => pseudonymOf(`node_${index}`))).size).toBeGreaterThan(190);
});
