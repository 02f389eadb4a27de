import type { Page } from '@playwright/test';
import { expect, test } from './helpers/appTest.ts';

/** What has the focus, in a word; `BODY` when it is lost. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent ?? 'BODY';
  });
}

interface Opened {
  readonly route: string;
  readonly button: string;
  readonly dialog: string | RegExp;
}

const dialogs: readonly Opened[] = [
  { route: '/models', button: 'Add from file or URL', dialog: 'Add a model' },
  { route: '/models', button: 'Try Open Swarm Starter JS', dialog: /^Try / },
  { route: '/settings', button: 'Join another swarm', dialog: 'Join a swarm' },
  { route: '/settings', button: 'Leave', dialog: /^Leave / },
  { route: '/settings', button: 'Export', dialog: /^Export/ },
  { route: '/settings', button: 'Import', dialog: /^Import/ },
  { route: '/settings/models', button: 'Set token', dialog: /token/i },
  { route: '/settings/contribution', button: 'Plan a pause', dialog: 'Plan a pause' },
];

test('a dialog opened with the keyboard gives the focus back when Escape closes it', async ({ app, page }) => {
  for (const { route, button, dialog } of dialogs) {
    await test.step(button, async () => {
      await app.visit(page, route);
      const opener = page.getByRole('button', { name: button, exact: true });
      await opener.press('Enter');
      await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await expect(opener).toBeFocused();
    });
  }
});

test('the palette, the list of keys and dialogs behind a menu give the focus back, too', async ({ app, page }) => {
  await app.visit(page, '/models');
  const opener = page.getByRole('button', { name: 'Add from file or URL' });
  await opener.focus();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('keyboard');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();

  const more = page.getByRole('button', { name: 'More actions for Open Swarm Starter JS' });
  for (const [item, dialog] of [
    ['Details', 'Open Swarm Starter JS'],
    ['Remove', 'Remove Open Swarm Starter JS?'],
  ] as const) {
    await more.press('Enter');
    await page.getByRole('menuitem', { name: item }).press('Enter');
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(more).toBeFocused();
  }

  await page.keyboard.press('Control+k');
  await page.keyboard.type('hardware');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Hardware', level: 1 })).toBeVisible();
  await expect.poll(() => focused(page)).not.toBe('BODY');
});

test('a button that is pressed keeps the focus while it works, and when it says something else', async ({
  app,
  page,
}) => {
  for (const [route, words] of [
    ['/reputation', 'Pause'],
    ['/settings/contribution', 'Snooze'],
    ['/', 'Snooze'],
  ] as const) {
    await app.visit(page, route);
    await expect(page.getByRole('heading').first()).toBeVisible();
    const region = words === 'Pause' ? page.getByRole('banner') : page.getByRole('main');
    await region.getByRole('button', { name: words }).press('Enter');
    await page.getByRole('menuitem', { name: 'For 1 hour' }).press('Enter');
    const resume = region.getByRole('button', { name: 'Resume now' });
    await expect(resume).toBeFocused();
    await expect(resume).not.toHaveAttribute('aria-haspopup');
    await resume.press('Enter');
    await expect(region.getByRole('button', { name: words })).toBeFocused();
  }
  const contribute = page.getByRole('switch', { name: 'Contribute' });
  await contribute.press('Space');
  await expect(contribute).not.toBeChecked();
  await expect(contribute).toBeFocused();
  await contribute.press('Space');
  await expect(contribute).toBeChecked();
  await expect(contribute).toBeFocused();
});

test('what is removed from a list hands the focus to its neighbour, the last one to where one adds', async ({
  app,
  page,
}) => {
  await app.visit(page, '/settings/contribution');
  const name = page.getByLabel('Program name');
  for (const program of ['aa', 'bb']) {
    await name.fill(program);
    await name.press('Enter');
    await expect(page.getByRole('button', { name: `Remove ${program}` })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Remove aa' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Remove bb' })).toBeFocused();
  await page.getByRole('button', { name: 'Remove bb' }).press('Enter');
  await expect(name).toBeFocused();
});

test('the first questions: Continue keeps the focus while the swarm starts', async ({ freshApp, page }) => {
  await freshApp.open(page);
  const onward = page.getByRole('button', { name: 'Continue' });
  await onward.press('Enter');
  await expect(page.getByRole('heading', { name: 'Where is your swarm?' })).toBeVisible();
  await expect(onward).toBeFocused();
  await onward.press('Enter');
  await expect(page.getByRole('heading', { name: 'Let’s look at your computer' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Continue|Skip benchmark)$/ })).toBeFocused();
});
