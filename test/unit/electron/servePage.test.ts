import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOwnPage, servePage } from '#main/electron/window/servePage.ts';

let parent = '';
let folder = '';
beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-page-'));
  folder = path.join(parent, 'page');
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'index.html'), '<p>hello');
  await writeFile(path.join(folder, 'assets/a.js'), 'let a');
  await writeFile(path.join(folder, 'index.exe'), 'no');
  await writeFile(path.join(parent, 'secret.html'), 'secret');
  await symlink(path.join(parent, 'secret.html'), path.join(folder, 'link.html'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

test('serves the page with a policy that lets nothing in', async () => {
  const response = await servePage(folder, 'app://page/');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('<p>hello');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain('connect-src http://127.0.0.1:* ws://127.0.0.1:*;');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('serves what lies in its folders', async () => {
  const response = await servePage(folder, 'app://page/assets/a.js?v=1#x');
  expect(response.headers.get('content-type')).toContain('javascript');
});

test.each([
  'app://page/../secret.html',
  'app://page/..%2fsecret.html',
  'app://page/%2e%2e%2fsecret.html',
  'app://page/assets/..%2f..%2fsecret.html',
  'app://page/..%5csecret.html',
  'app://page/link.html',
  'app://page/index.html%00',
  'app://page/%zz.html',
  'app://page/assets',
  'app://other/index.html',
  'https://page/index.html',
  'app://page/missing.html',
  'app://page/index.exe',
  'nonsense',
])('refuses %s', async (url) => {
  expect((await servePage(folder, url)).status).toBe(404);
});

describe('isOwnPage', () => {
  test.each(['app://page/', 'app://page/#/tasks'])('takes %s', (url) => expect(isOwnPage(url)).toBe(true));
  test.each([undefined, '', 'app://pages/', 'https://example.org/app://page/', 'app://page.example.org/'])(
    'refuses %s',
    (url) => expect(isOwnPage(url)).toBe(false),
  );
});
