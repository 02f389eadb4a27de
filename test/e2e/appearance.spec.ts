import type { Page } from '@playwright/test';
import { callEngine } from '#test/helpers/callEngine.ts';
import { answerPanel, expect, runPrompt, test, type RunningApp } from './helpers/appTest.ts';
import { expectFits } from './helpers/fits.ts';
import { lengthenNames, longName } from './helpers/longNames.ts';
import { expectAccessible, expectAccessibleLayout, lookAt } from './helpers/look.ts';
import { openings } from './helpers/openings.ts';
import { routes, visitWhole } from './helpers/routes.ts';

/** The usual window, the smallest of the desktop app, a narrow one, the usual one at twice the size, and a phone. */
const windows = {
  usual: { width: 1280, height: 800 },
  small: { width: 900, height: 600 },
  narrow: { width: 700, height: 560 },
  doubled: { width: 640, height: 400 },
  phone: { width: 390, height: 844 },
} as const;

/** Asks for two answers with the longest words. */
async function askTwice(app: RunningApp, page: Page): Promise<void> {
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  for (const prompt of [`const ${longName}${longName} = [`, `function ${longName}() {`]) {
    await runPrompt(page, prompt);
    await expect(answerPanel(page).getByText('Completed')).toBeVisible();
  }
}

/** Nothing of the page is cut off or lies over another part, in any window. */
async function expectPageFits(page: Page, what: string): Promise<void> {
  for (const [name, size] of Object.entries(windows)) {
    await page.setViewportSize(size);
    await expectFits(page.getByRole('main'), `${what}, ${name}`);
    await expectFits(page.getByRole('banner'), `${what}, ${name}`);
  }
  await page.setViewportSize(windows.usual);
}

/** A page with the longest names that a node, its model and its swarm may have. */
const longTest = test.extend<{ readonly named: Page }>({
  named: async ({ app, page }, provide) => {
    const { 'node.name': usual } = (await callEngine(app.home, 'snapshot', {})).settings;
    await callEngine(app.home, 'settings.set', { 'node.name': longName });
    await lengthenNames(page);
    await askTwice(app, page);
    await provide(page);
    await callEngine(app.home, 'settings.set', { 'node.name': usual });
  },
});

longTest('every page fits in every window, and everybody can read it, in both themes', async ({ app, named: page }) => {
  await expectAccessible(page, 'answer');
  for (const [name, route] of Object.entries(routes)) {
    await test.step(name, async () => {
      await visitWhole(app, page, route);
      await expectAccessible(page, name);
      await expectPageFits(page, name);
    });
  }
});

longTest(
  'every dialog fits in every window, holds the focus, and everybody can read it',
  async ({ app, named: page }) => {
    for (const { name, route, open, inside } of openings) {
      await test.step(name, async () => {
        await page.setViewportSize(windows.narrow);
        await visitWhole(app, page, route);
        await open(page);
        const dialog = page.getByRole('dialog');
        await expect(dialog).toBeVisible();
        if (inside !== undefined) await expect(inside(dialog)).toBeVisible();
        await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
        await expectFits(dialog, `${name}, narrow`);
        await page.setViewportSize(windows.doubled);
        await expectFits(dialog, `${name}, doubled`);
        await expectAccessibleLayout(page, `${name}, doubled`);
        await page.setViewportSize(windows.usual);
        await expectAccessible(page, name);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      });
    }
  },
);

test('many tasks at once, live, in every window', async ({ app, page }) => {
  // The smallest share makes answers of the tiny starter model last long enough to be looked at.
  await callEngine(app.home, 'settings.set', { 'contribution.cpuShare': 5 });
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  await page.getByRole('button', { name: 'Model, length, privacy, budget' }).click();
  await page.getByLabel('Max tokens').fill('300');
  for (const name of ['words', 'numbers', 'names', 'colours']) await runPrompt(page, `const ${name} = [`);
  await app.visit(page, '/');
  const running = page.getByRole('region', { name: 'Running now' });
  await expect(running.getByRole('article').nth(1)).toBeVisible();
  await lookAt(page, 'overview-live');
  await expectPageFits(page, 'Overview at work');
  await callEngine(app.home, 'settings.set', { 'contribution.cpuShare': 100 });
  await expect(running).toHaveCount(0);
});

test('every page stays readable without its engine', async ({ app, page }) => {
  await app.visit(page, '/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await app.kill();
  await expect(page.getByRole('alert')).toBeVisible();
  // Only what is loaded already can be shown; the links stay within the page.
  await lookAt(page, 'overview-offline');
  await expectAccessible(page, 'overview offline');
  await app.startAgain();
  await expect(page.getByText('The engine is not responding.')).toHaveCount(0);
});
