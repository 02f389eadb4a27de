import { expect, test } from 'vitest';
import { isOwnRequest, isPermitted } from '#main/electron/window/permissionPolicy.ts';

test('our page may copy and reach the engine', () => {
  expect(isPermitted('clipboard-sanitized-write', 'app://page')).toBe(true);
  expect(isPermitted('loopback-network', 'app://page/')).toBe(true);
});

test.each(['geolocation', 'media', 'notifications', 'clipboard-read', 'openExternal', 'fullscreen', 'hid'])(
  'our page may not %s',
  (permission) => expect(isPermitted(permission, 'app://page/')).toBe(false),
);

test.each([undefined, '', 'https://example.org', 'app://pages', 'app://page.example.org/'])(
  'a page of %s may nothing',
  (origin) => expect(isPermitted('clipboard-sanitized-write', origin)).toBe(false),
);

test.each(['app://page/index.html', 'http://127.0.0.1:4100/socket.io/', 'ws://127.0.0.1:4100/socket.io/'])(
  'requests to %s go out',
  (url) => expect(isOwnRequest(url)).toBe(true),
);

test.each([
  'https://example.org/',
  'http://example.org/',
  'http://127.0.0.1.example.org/',
  'http://localhost:1/',
  'file:///etc/passwd',
  'app://other/',
  'nonsense',
])('requests to %s do not', (url) => expect(isOwnRequest(url)).toBe(false));
