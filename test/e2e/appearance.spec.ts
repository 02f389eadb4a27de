import type { Page } from '@playwright/test';
import { answerPanel, expect, type RunningApp, runPrompt, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';

const pages = {
  overview: '/',
  submit: '/submit',
  tasks: '/tasks',
  models: '/models',
  earnings: '/earnings',
  reputation: '/reputation',
  hardware: '/hardware',
  settings: '/settings',
  contribution: '/settings/contribution',
  downloads: '/settings/models',
} as const;

const waiting = /^(Loading|Checking what|Detecting)/;

/** Goes through every page of the app; each is taken, and checked where that is asked for. */
async function lookAtPages(app: RunningApp, page: Page, { state, check }: { state: string; check: boolean }) {
  for (const [name, route] of Object.entries(pages)) {
    await app.visit(page, route);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(waiting)).toHaveCount(0, { timeout: 20_000 });
    await lookAt(page, `${name}-${state}`);
    if (check) await expectAccessible(page, name);
  }
}

/** The smallest share makes answers of the tiny starter model last long enough to be looked at. */
async function setProcessorShare(app: RunningApp, page: Page, key: 'Home' | 'End') {
  await app.visit(page, '/settings/contribution');
  const share = page.getByRole('slider', { name: 'Share of the processor' });
  await share.press(key);
  await expect(share).toHaveValue(key === 'Home' ? '5' : '100');
}

test('every page, while it is new and after work, in both themes', async ({ app, page }) => {
  test.setTimeout(300_000);
  await lookAtPages(app, page, { state: 'empty', check: false });

  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  for (const prompt of ['function add(a, b) {', 'class Queue {']) {
    await runPrompt(page, prompt);
    await expect(answerPanel(page).getByText('Completed')).toBeVisible({ timeout: 30_000 });
  }
  await lookAt(page, 'answer-busy');
  await expectAccessible(page, 'answer');
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(answerPanel(page).getByText('Completed')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Compare with another answer' }).click();
  const comparison = page.getByRole('dialog', { name: 'Compare answers' });
  await expect(comparison.getByText(/credits$/)).toHaveCount(2);
  await expect(comparison.getByRole('combobox', { name: 'Compare with' })).toContainText('class Queue {');
  await lookAt(page, 'compare');
  await expectAccessible(page, 'compare');
  await page.keyboard.press('Escape');
  await lookAtPages(app, page, { state: 'busy', check: true });
});

test('many tasks at once, live', async ({ app, page }) => {
  test.setTimeout(120_000);
  await setProcessorShare(app, page, 'Home');
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  await page.getByRole('button', { name: 'Model, length, privacy, budget' }).click();
  await page.getByLabel('Max tokens').fill('300');
  for (const name of ['words', 'numbers', 'names', 'colours']) await runPrompt(page, `const ${name} = [`);
  await app.visit(page, '/');
  await expect(page.getByRole('region', { name: 'Running now' }).getByRole('article').nth(1)).toBeVisible();
  await lookAt(page, 'overview-live');
  await setProcessorShare(app, page, 'End');
  await app.visit(page, '/');
  await expect(page.getByRole('region', { name: 'Running now' })).toHaveCount(0, { timeout: 60_000 });
});

test('what opens over the pages: palette, dialogs, menus and sheets', async ({ app, page }) => {
  test.setTimeout(120_000);
  const looked = async (name: string) => {
    await lookAt(page, name);
    await expectAccessible(page, name);
    await page.keyboard.press('Escape');
  };
  await app.visit(page, '/');
  await page.keyboard.press('Control+k');
  await looked('palette');
  await page.keyboard.press('?');
  await looked('shortcuts');

  await app.visit(page, '/models');
  await page.getByRole('button', { name: 'Add from file or URL' }).click();
  await looked('model-add');
  await page.getByRole('button', { name: /^Try / }).first().click();
  await looked('model-try');
  await page
    .getByRole('button', { name: /^More actions for/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Details' }).click();
  await expect(page.getByText('Memory needed')).toBeVisible();
  await looked('model-fit');
  await page.getByRole('radio', { name: 'All' }).click();
  await page.getByRole('button', { name: 'Qwen2.5-Coder 1.5B Instruct', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Files' }).getByRole('listitem')).toHaveCount(3);
  await looked('model-family');

  await app.visit(page, '/settings');
  await page.getByRole('button', { name: 'Join another swarm' }).click();
  await looked('join');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await looked('export');
  await app.visit(page, '/settings/contribution');
  await page.getByRole('button', { name: 'Plan a pause' }).click();
  await looked('plan-pause');

  await app.visit(page, '/tasks');
  const row = page.getByRole('table', { name: 'Tasks' }).locator('tbody tr').first();
  if ((await row.count()) === 0) return;
  await row.click();
  await expect(page.getByRole('list', { name: 'Timeline' })).toBeVisible();
  await looked('task');
});

test('every page stays readable without its engine', async ({ app, page }) => {
  test.setTimeout(120_000);
  await app.visit(page, '/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await app.kill();
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  // Only what is loaded already can be shown; the links stay within the page.
  await lookAt(page, 'overview-offline');
  await expectAccessible(page, 'overview offline');
  await app.startAgain();
  await expect(page.getByText('The engine is not responding.')).toHaveCount(0, { timeout: 30_000 });
});
