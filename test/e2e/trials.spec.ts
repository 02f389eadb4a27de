import type { Page } from '@playwright/test';
import { callEngine } from '#test/helpers/callEngine.ts';
import { expect, test, type RunningApp } from './helpers/appTest.ts';

/** With the smallest share an answer of the starter model takes long enough to be disturbed. */
async function share(app: RunningApp, percent: number): Promise<void> {
  await callEngine(app.home, 'settings.set', { 'contribution.cpuShare': percent });
}

/** Opens the dialog and waits until an answer arrives in it. */
async function tryIt(app: RunningApp, page: Page) {
  await app.visit(page, '/models');
  await page.getByRole('button', { name: 'Try Open Swarm Starter JS' }).click();
  const dialog = page.getByRole('dialog', { name: 'Try Open Swarm Starter JS' });
  await dialog.getByLabel('Text to continue').fill('const words = [');
  await page.keyboard.press('Control+Enter');
  await expect(dialog.getByText(/^\d+ tokens/)).toBeVisible();
  return dialog;
}

/** Answers that the starter model writes now. */
async function underWay(app: RunningApp): Promise<number | undefined> {
  return (await callEngine(app.home, 'snapshot', {})).models.find(({ name }) => name.includes('Starter'))?.busy;
}

test('an answer that is tried stops with the page that asked for it', async ({ app, page }) => {
  await share(app, 5);
  await tryIt(app, page);
  await expect.poll(() => underWay(app)).toBe(1);
  await page.reload();
  await expect.poll(() => underWay(app)).toBe(0);
  await share(app, 100);
});

test('an engine that is gone ends the answer with words, and it can be asked again', async ({ app, page }) => {
  await share(app, 5);
  const dialog = await tryIt(app, page);
  await app.kill();
  await expect(dialog.getByText(/^The engine stopped responding/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  await app.startAgain();
  await share(app, 100);
  const run = dialog.getByRole('button', { name: /^Run/ });
  await expect(run).toBeEnabled();
  await run.click();
  await expect(dialog.getByText(/(Finished|Cut off at the token limit)\./)).toBeVisible();
});
