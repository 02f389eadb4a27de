import { callEngine } from '#test/helpers/callEngine.ts';
import { answerPanel, expect, runPrompt, test } from './helpers/appTest.ts';

/** Long enough to be stopped on the way, at the smallest share of the processor. */
const longest = '300';

test('tokens arrive while it runs, and it can be stopped; what arrived stays and is paid for', async ({
  app,
  page,
}) => {
  await callEngine(app.home, 'settings.set', { 'contribution.cpuShare': 5 });
  let pieces = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (payload.toString().includes('"task:frame"')) pieces += 1;
    }),
  );
  // A fresh document, so that its socket is heard from the start.
  await page.goto('about:blank');
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  await page.getByRole('button', { name: 'Model, length, privacy, budget' }).click();
  await page.getByLabel('Max tokens').fill(longest);
  await runPrompt(page, 'const words = [');
  const panel = answerPanel(page);
  await panel.getByRole('button', { name: 'Stop' }).click();
  await expect(panel.getByText(/^(Cancelled|Completed)$/)).toBeVisible();
  await callEngine(app.home, 'settings.set', { 'contribution.cpuShare': 100 });
  await expect(panel.getByRole('button', { name: 'Run again' })).toBeVisible();
  expect(pieces).toBeGreaterThan(0);
  await expect(panel.locator('pre')).toContainText('const words = [');
  const asked = page.getByRole('table', { name: 'Recent tasks' });
  await expect(asked.getByRole('row', { name: /const words/ }).first()).toBeVisible();
});

test('pausing and resuming from anywhere, with the mouse and with p, and the switch', async ({ app, page }) => {
  await app.visit(page, '/reputation');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('menuitem', { name: 'For 1 hour' }).click();
  await expect(page.getByRole('banner').getByRole('status')).toHaveText(/Paused/);
  await page.getByRole('button', { name: 'Resume now' }).click();
  await expect(page.getByRole('banner').getByRole('status')).toHaveText(/Ready|Working/);
  await page.getByRole('heading', { name: 'Reputation', level: 1 }).click();
  await page.keyboard.press('p');
  await expect(page.getByRole('banner').getByRole('status')).toHaveText(/Paused/);
  await page.keyboard.press('p');
  await expect(page.getByRole('banner').getByRole('status')).toHaveText(/Ready|Working/);

  await app.visit(page, '/');
  const contribute = page.getByRole('switch', { name: 'Contribute' });
  await contribute.click();
  await expect(contribute).not.toBeChecked();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeHidden();
  await contribute.click();
  await expect(contribute).toBeChecked();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Ready|Working/);
});

test('the keyboard alone: go to Submit, write, run, read, and find it in the palette’s pages', async ({
  app,
  page,
}) => {
  await app.visit(page, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { name: 'Submit' })).toBeVisible();
  const prompt = page.getByRole('textbox', { name: 'Prompt' });
  for (let tabs = 0; tabs < 30; tabs += 1) {
    if (await prompt.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(prompt).toBeFocused();
  await page.keyboard.type('function add(a, b) {');
  await expect(page.getByText(/^About .* credits/)).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(answerPanel(page).getByText('Completed')).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('tasks');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Tasks', level: 1 })).toBeVisible();
  const table = page.getByRole('table', { name: 'Tasks' });
  const row = table.getByRole('row', { name: /For others/ }).first();
  await row.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary')).toContainText('is not kept here');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});

test('settings are kept: the name, the theme, and the backup of the identity', async ({ app, page }) => {
  await app.visit(page, '/settings');
  await page.getByLabel('Node name').fill('quiet-lynx-12');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('navigation', { name: 'Pages' }).getByText('quiet-lynx-12')).toBeVisible();

  await page.getByRole('radio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.reload();
  await expect(page.locator('html')).toHaveClass(/dark/);

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByLabel('Passphrase', { exact: true }).fill('four random words here');
  await page.getByLabel('Repeat passphrase').fill('four random words here');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save backup' }).click();
  expect((await download).suggestedFilename()).toBe('open-swarm-identity.backup');
  await expect(page.getByText('Not backed up.')).toBeHidden();
});
