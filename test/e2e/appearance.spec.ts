import { AxeBuilder } from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { answerPanel, expect, type RunningApp, runPrompt, test } from './helpers/appTest.ts';

const folder = 'test-results/screenshots';
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
] as const;
const themes = ['dark', 'light'] as const;

const pages = {
  overview: '/',
  submit: '/submit',
  tasks: '/tasks',
  earnings: '/earnings',
  reputation: '/reputation',
  settings: '/settings',
} as const;

/** Takes the page in both themes and sizes, and lets axe look at each theme. */
async function lookAt(page: Page, name: string, check = true): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      // Charts draw anew after a change of size or theme.
      await page.waitForTimeout(150);
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${String(size.width)}.png` });
    }
    if (check) await expectAccessible(page, `${name} ${colorScheme}`);
  }
}

async function expectAccessible(page: Page, what: string): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(found.violations.map((violation) => `${what}: ${violation.id} ${violation.nodes[0]?.html ?? ''}`)).toEqual([]);
}

async function lookAtPages(app: RunningApp, page: Page, state: string): Promise<void> {
  for (const [name, route] of Object.entries(pages)) {
    await app.visit(page, route);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(/^(Opening the page|Reading the|Adding up)/)).toHaveCount(0);
    // The meters of the Overview get a sample a second.
    if (name === 'overview') await page.waitForTimeout(3000);
    // Axe looks at the pages that have everything on them.
    await lookAt(page, `${name}-${state}`, state === 'busy');
  }
}

test('every page while it is new', async ({ app, page }) => {
  test.setTimeout(180_000);
  await lookAtPages(app, page, 'empty');
});

test('every page after work, and without its engine', async ({ app, page }) => {
  test.setTimeout(240_000);
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  for (const prompt of ['function add(a, b) {', 'class Queue {', 'const total = items.reduce(']) {
    await runPrompt(page, prompt);
    await expect(answerPanel(page).getByText('Completed')).toBeVisible({ timeout: 30_000 });
  }
  await lookAt(page, 'answer-busy');
  await lookAtPages(app, page, 'busy');
  await app.visit(page, '/tasks');
  await page.setViewportSize(sizes[0]);
  await page.getByRole('table', { name: 'Tasks' }).locator('tbody tr').first().click();
  await expect(
    page
      .getByText('Timeline')
      .or(page.getByRole('list', { name: 'Timeline' }))
      .first(),
  ).toBeVisible();
  await lookAt(page, 'task-busy');
  await page.setViewportSize(sizes[0]);
  await app.visit(page, '/');
  await app.kill();
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  await lookAt(page, 'overview-offline');
});

test('the first questions', async ({ freshApp, page }) => {
  await freshApp.open(page);
  await expect(page.getByRole('heading', { name: 'What would you like to do?' })).toBeVisible();
  await lookAt(page, 'onboarding-role');
  await page.getByRole('button', { name: 'Continue' }).click();
  await lookAt(page, 'onboarding-swarm');
});
