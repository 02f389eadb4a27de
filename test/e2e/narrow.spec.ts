import type { Locator, Page } from '@playwright/test';
import { callEngine } from '#test/helpers/callEngine.ts';
import { answerPanel, expect, runPrompt, test, type RunningApp } from './helpers/appTest.ts';
import { expectFits } from './helpers/fits.ts';
import { expectAccessible } from './helpers/look.ts';

/** A narrow window, and one of 1280 × 800 at twice the size. */
const windows = [
  { width: 700, height: 560 },
  { width: 640, height: 400 },
] as const;

const longName = 'Wolkenkratzerfassadenreinigungsroboterschwarmkoordinationsmodell';

/** FAKE names: on their way to the page the names of the model and of the swarm become as long as a name may be. */
async function lengthenNames(page: Page): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const engine = socket.connectToServer();
    engine.onMessage((message) => {
      const text = message.toString();
      socket.send(
        text.replaceAll('Open Swarm Starter JS', longName).replaceAll(/"Private swarm[^"]*"/g, `"${longName}"`),
      );
    });
  });
  await page.goto('about:blank');
}

interface Opening {
  readonly name: string;
  readonly route: string;
  readonly open: (page: Page) => Promise<void>;
  /** Waited for inside, where it arrives later. */
  readonly inside?: (dialog: Locator) => Locator;
}

const routes = [
  '/',
  '/submit',
  '/tasks',
  '/models',
  '/earnings',
  '/reputation',
  '/hardware',
  '/settings',
  '/settings/contribution',
  '/settings/models',
] as const;

const press = (name: string | RegExp) => async (page: Page) => {
  await page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .press('Enter');
};
const choose = (button: RegExp, item: string) => async (page: Page) => {
  await press(button)(page);
  await page.getByRole('menuitem', { name: item }).press('Enter');
};

const openings: readonly Opening[] = [
  { name: 'palette', route: '/', open: (page) => page.keyboard.press('Control+k') },
  { name: 'keys', route: '/', open: (page) => page.keyboard.press('?') },
  { name: 'add', route: '/models', open: press('Add from file or URL') },
  { name: 'try', route: '/models', open: press(/^Try /) },
  {
    name: 'fit',
    route: '/models',
    open: choose(/^More actions for/, 'Details'),
    inside: (dialog) => dialog.getByText('Memory needed'),
  },
  { name: 'remove', route: '/models', open: choose(/^More actions for/, 'Remove') },
  {
    name: 'family',
    route: '/models',
    open: async (page) => {
      await page.getByRole('radio', { name: 'All' }).click();
      await press('Qwen2.5-Coder 1.5B Instruct')(page);
    },
    inside: (dialog) => dialog.getByRole('list', { name: 'Files' }),
  },
  { name: 'token', route: '/settings/models', open: press('Set token') },
  { name: 'join', route: '/settings', open: press('Join another swarm') },
  { name: 'leave', route: '/settings', open: press('Leave') },
  { name: 'export', route: '/settings', open: press('Export') },
  { name: 'import', route: '/settings', open: press('Import') },
  { name: 'plan', route: '/settings/contribution', open: press('Plan a pause') },
  {
    name: 'compare',
    route: '/submit',
    open: press('Compare with another answer'),
    inside: (dialog) => dialog.getByText(/credits$/).first(),
  },
  {
    name: 'task',
    route: '/tasks',
    open: (page) => page.getByRole('row', { name: /Mine/ }).first().press('Enter'),
    inside: (dialog) => dialog.getByRole('list', { name: 'Timeline' }),
  },
];

async function askTwice(app: RunningApp, page: Page): Promise<void> {
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  for (const prompt of [`const ${longName}${longName} = [`, `function ${longName}() {`]) {
    await runPrompt(page, prompt);
    await expect(answerPanel(page).getByText('Completed')).toBeVisible({ timeout: 30_000 });
  }
}

test('every dialog in a narrow window and at twice the size, with the longest names, by keyboard', async ({
  app,
  page,
}) => {
  test.setTimeout(300_000);
  const { 'node.name': usual } = (await callEngine(app.home, 'snapshot', {})).settings;
  await callEngine(app.home, 'settings.set', { 'node.name': longName });
  await lengthenNames(page);
  await askTwice(app, page);
  for (const size of windows) {
    await page.setViewportSize(size);
    for (const { name, route, open, inside } of openings) {
      const what = `${name} ${String(size.width)}`;
      await test.step(what, async () => {
        await app.visit(page, route);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await open(page);
        const dialog = page.getByRole('dialog');
        await expect(dialog).toBeVisible();
        if (inside !== undefined) await expect(inside(dialog)).toBeVisible({ timeout: 20_000 });
        await page.screenshot({ path: `test-results/screenshots/narrow-${name}-${String(size.width)}.png` });
        await expect.soft(dialog.evaluate((element) => element.contains(document.activeElement))).resolves.toBe(true);
        await expectFits(dialog, what);
        await expectAccessible(page, what);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      });
    }
  }
  await callEngine(app.home, 'settings.set', { 'node.name': usual });
});

test('every page in a narrow window and at twice the size, with the longest names', async ({ app, page }) => {
  test.setTimeout(300_000);
  const { 'node.name': usual } = (await callEngine(app.home, 'snapshot', {})).settings;
  await callEngine(app.home, 'settings.set', { 'node.name': longName });
  await lengthenNames(page);
  await askTwice(app, page);

  await test.step('the Overview while it works', async () => {
    // The smallest share makes the answer last long enough to be looked at.
    await callEngine(app.home, 'settings.set', { 'contribution.cpuShare': 5 });
    await page.getByRole('button', { name: 'Model, length, privacy, budget' }).click();
    await page.getByLabel('Max tokens').fill('300');
    await runPrompt(page, 'const words = [');
    await app.visit(page, '/');
    await expect(page.getByRole('region', { name: 'Running now' }).getByRole('article').first()).toBeVisible();
    for (const size of windows) {
      await page.setViewportSize(size);
      await expectFits(page.getByRole('main'), `Overview at work ${String(size.width)}`);
      await expectFits(page.getByRole('banner'), `Overview at work ${String(size.width)}`);
    }
    await callEngine(app.home, 'settings.set', { 'contribution.cpuShare': 100 });
  });

  for (const size of windows) {
    await page.setViewportSize(size);
    for (const route of routes) {
      const what = `${route} ${String(size.width)}`;
      await app.visit(page, route);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText(/^(Loading|Checking what|Detecting)/)).toHaveCount(0, {
        timeout: 20_000,
      });
      await expectFits(page.getByRole('main'), what);
      await expectFits(page.getByRole('banner'), what);
    }
  }
  await callEngine(app.home, 'settings.set', { 'node.name': usual });
});
