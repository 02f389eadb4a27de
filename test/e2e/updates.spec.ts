import { expect, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';
import { ShellBridge } from './helpers/shellBridge.ts';

test('updates: looked for, fetched, told in every page, and installed when the person says so', async ({
  app,
  page,
}) => {
  const shell = await ShellBridge.install(page, app.home, { kind: 'idle', checkedAt: Date.now() - 200_000 });
  await page.goto('about:blank');
  await app.visit(page, '/settings');
  const about = page.getByRole('region', { name: 'About' });
  await expect(about.getByText('Up to date. Checked 3 min ago.')).toBeVisible();
  await about.getByRole('button', { name: 'Check for updates' }).click();
  expect(await shell.asked()).toEqual(['updates.check']);

  await shell.tell({ kind: 'downloading', version: '9.9.0', percent: 43 });
  await expect(about.getByText('Downloading 9.9.0: 43 %.')).toBeVisible();
  await expect(about.getByRole('button', { name: 'Check for updates' })).toBeDisabled();
  await shell.tell({ kind: 'failed', why: 'net::ERR_INTERNET_DISCONNECTED' });
  await expect(about.getByRole('button', { name: 'Try again' })).toBeEnabled();
  await expect(page.getByText('is ready to install.')).toHaveCount(0);

  await shell.tell({ kind: 'ready', version: '9.9.0' });
  const notice = page.getByRole('status').filter({ hasText: 'Open Swarm 9.9.0 is ready to install.' });
  await expect(notice).toBeVisible();
  await about.scrollIntoViewIfNeeded();
  await lookAt(page, 'settings-update');
  await expectAccessible(page, 'an update that is ready');
  await notice.getByRole('button', { name: 'Later' }).click();
  await expect(notice).toHaveCount(0);
  await about.getByRole('button', { name: 'Restart and install' }).click();
  await expect(about.getByText('Restarting when running tasks have finished.')).toBeVisible();
  expect(await shell.asked()).toEqual(['updates.check', 'updates.install']);
});

test('a browser says nothing of updates, which only the desktop app fetches by itself', async ({ app, page }) => {
  await app.visit(page, '/settings');
  const about = page.getByRole('region', { name: 'About' });
  await expect(about.getByText('Licences')).toBeVisible();
  await expect(about.getByText('Updates', { exact: true })).toHaveCount(0);
});
