import type { Page } from '@playwright/test';
import { expect, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';
import { ShellBridge } from './helpers/shellBridge.ts';

/** Opens the palette; keys are heard once the page is there. */
async function openPalette(page: Page): Promise<void> {
  await expect(page.getByRole('navigation', { name: 'Pages', includeHidden: true })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
}

/** Opens the palette and takes what the words find first, as a person does. */
async function choose(page: Page, words: string, title: string): Promise<void> {
  await openPalette(page);
  await page.keyboard.type(words);
  await expect(page.getByRole('option', { selected: true })).toContainText(title);
  await page.keyboard.press('Enter');
}

test('the palette opens what a page would: swarm, models, identity; and closes it again', async ({ app, page }) => {
  await app.visit(page, '/');
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  await choose(page, 'leave the', 'Leave the swarm');
  await expect(dialog(/^Leave .*\?$/)).toBeVisible();
  await lookAt(page, 'palette-leave');
  await page.getByRole('button', { name: 'Stay' }).click();
  await choose(page, 'another swarm', 'Join another swarm');
  await expect(dialog('Join a swarm')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog('Join a swarm')).toHaveCount(0);
  await choose(page, 'add a model', 'Add a model');
  await expect(dialog('Add a model')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Models', level: 1, includeHidden: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await choose(page, 'back up', 'Back up my identity');
  await expect(page.getByLabel('Passphrase', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the palette does things: copies, exports, measures, snoozes', async ({ app, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.visit(page, '/');
  await choose(page, 'invite', 'Copy the invite link');
  await expect(page.getByText('Invite link copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^openswarm:\/\//);

  for (const [words, title, name] of [
    ['export my tasks', 'Export my tasks', 'open-swarm-tasks.csv'],
    ['export my ledger', 'Export my ledger', 'open-swarm-ledger.csv'],
  ] as const) {
    const download = page.waitForEvent('download');
    await choose(page, words, title);
    expect((await download).suggestedFilename()).toBe(name);
  }

  await choose(page, 'snooze for 15', 'Pause for 15 minutes');
  await expect(page.getByRole('banner').getByRole('status')).toHaveText(/Paused/);
  await choose(page, 'resume', 'Resume now');
  await expect(page.getByRole('banner').getByRole('status')).toHaveText(/Ready|Working/);

  await choose(page, 'measure', 'Run a benchmark');
  await expect(page.getByRole('heading', { name: 'Hardware', level: 1 })).toBeVisible();
  const benchmark = page.getByRole('region', { name: 'Benchmark' });
  await expect(benchmark.getByRole('button', { name: 'Quick (under 10 s)' })).toBeVisible();
  await expect(benchmark.getByText(/quick benchmark/)).toBeVisible();
});

test('in the desktop app the palette looks for updates, and its lines can be read by everybody', async ({
  app,
  page,
}) => {
  const shell = await ShellBridge.install(page, app.home, { kind: 'idle', checkedAt: null });
  await page.goto('about:blank');
  await app.visit(page, '/');
  await openPalette(page);
  await expect(page.getByRole('option', { name: 'Pause after the current task' })).toHaveCount(0);
  await expect(page.getByRole('option', { name: 'Check for updates' })).toHaveCount(1);
  await page.keyboard.type('swarm');
  await lookAt(page, 'palette-swarm');
  await expectAccessible(page, 'palette with a search');
  await page.keyboard.press('Escape');
  await choose(page, 'updates', 'Check for updates');
  await expect.poll(() => shell.asked()).toEqual(['updates.check']);
});
