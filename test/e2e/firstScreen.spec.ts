import { gzipSync } from 'node:zlib';
import { expect, test } from './helpers/appTest.ts';

/** JavaScript of the first screen, compressed (rules 10.4). */
const mostBytes = 250 * 1024;

test('the first screen stays small, comes from the engine alone, and needs no inline script', async ({ app, page }) => {
  const sizes = new Map<string, number>();
  const foreign: string[] = [];
  const origin = new URL(page.url()).origin;
  page.on('request', (request) => {
    const { protocol, origin: from } = new URL(request.url());
    if (protocol.startsWith('http') && from !== origin) foreign.push(request.url());
  });
  page.on('response', async (response) => {
    if (response.url().endsWith('.js')) sizes.set(response.url(), gzipSync(await response.body()).length);
  });
  await page.goto('about:blank');
  await app.visit(page, '/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('canvas').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  expect(sizes.size).toBeGreaterThan(1);
  expect(total).toBeLessThanOrEqual(mostBytes);
  expect(foreign).toEqual([]);
  expect(await page.locator('script:not([src])').count()).toBe(0);
});
