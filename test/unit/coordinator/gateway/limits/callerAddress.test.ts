import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { callerAddress } from '#coordinator/gateway/limits/callerAddress.ts';

describe('callerAddress', () => {
  test.each([
    ['what the proxy wrote', '203.0.113.7', '203.0.113.7'],
    ['what the proxy wrote, not what the caller did', '127.0.0.1, 203.0.113.7', '203.0.113.7'],
    ['the last of several headers', ['127.0.0.1', '10.0.0.1,203.0.113.7'], '203.0.113.7'],
    ['an address with a port', '1.2.3.4, 203.0.113.7:4711', '203.0.113.7'],
    ['an IPv6 address', '1.2.3.4,2001:db8::1', '2001:db8::1'],
    ['an IPv6 address with a port', '[2001:db8::1]:4711', '2001:db8::1'],
    ['the peer without the header', undefined, '192.0.2.1'],
    ['the peer when the header is empty', '', '192.0.2.1'],
    ['the peer when the last one is no address', '203.0.113.7, unknown', '192.0.2.1'],
  ])('is %s', (_, forwarded, address) => {
    expect(callerAddress('192.0.2.1', forwarded, true)).toBe(address);
  });

  test('nothing that comes with a request changes it', () => {
    fc.assert(
      fc.property(fc.string(), (forged) => {
        expect(callerAddress('192.0.2.1', `${forged}, 203.0.113.7`, true)).toBe('203.0.113.7');
        expect(callerAddress('192.0.2.1', forged, false)).toBe('192.0.2.1');
      }),
    );
  });
});
