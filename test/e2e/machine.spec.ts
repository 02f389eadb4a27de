import { expect, test } from './helpers/appTest.ts';

test('Models: the starter is here, it is tried on this computer alone, its file is checked', async ({ app, page }) => {
  await app.visit(page, '/models');
  const here = page.getByRole('region', { name: 'On this computer' });
  await expect(here.getByText('Open Swarm Starter JS')).toBeVisible();
  await expect(here.getByText(/^Continues JavaScript/)).toBeVisible();

  await test.step('try it, with the keyboard', async () => {
    await page.getByRole('button', { name: 'Try Open Swarm Starter JS' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Try Open Swarm Starter JS' });
    await dialog.getByLabel('Text to continue').fill('function add(a, b) {');
    await page.keyboard.press('Control+Enter');
    await expect(
      dialog.getByText(/(Finished|Cut off at the token limit)\. \d+ tokens · [\d,.]+ tokens\/s/),
    ).toBeVisible();
    await expect(dialog.getByLabel('Answer')).toContainText('function add(a, b) {');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('check its file', async () => {
    await page.getByRole('button', { name: 'More actions for Open Swarm Starter JS' }).click();
    await page.getByRole('menuitem', { name: 'Verify file' }).click();
    await expect(page.getByText('Open Swarm Starter JS is intact')).toBeVisible();
  });

  await test.step('the catalogue says of every model whether it fits', async () => {
    const catalogue = page.getByRole('list', { name: 'Catalogue models' });
    await page.getByRole('radio', { name: 'All' }).click();
    await expect(catalogue.getByRole('listitem').first()).toBeVisible();
    await page.getByRole('searchbox').fill('no model is called like this');
    await expect(page.getByText('No matching models')).toBeVisible();
  });

  await test.step('a path that is none is refused with a reason', async () => {
    await page.getByRole('button', { name: 'Add from file or URL' }).click();
    await page.getByLabel('Path or URL').fill('model.bin');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('Enter a URL');
    await page.getByLabel('Path or URL').fill('/nowhere/model.gguf');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert').or(page.getByText('/nowhere'))).not.toHaveCount(0);
  });
});

test('Contribution: rules are kept, the week is painted with mouse and keyboard, and the state says why', async ({
  app,
  page,
}) => {
  await app.visit(page, '/settings/contribution');
  await page.getByRole('switch', { name: 'Follow a weekly schedule' }).click();
  const cell = (name: string) => page.getByRole('button', { name, exact: true });
  await page.getByRole('button', { name: 'Clear' }).click();
  // Nothing is allowed now, at whatever time this runs.
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Paused by your schedule');
  await expect(page.getByText('Works for others never.')).toBeVisible();

  await cell('Tuesday 09:00 to 09:30').dragTo(cell('Thursday 11:30 to 12:00'));
  await expect(page.getByText('Works for others Tue–Thu 09:00–12:00.')).toBeVisible();
  await cell('Tuesday 09:00 to 09:30').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await expect(page.getByText('Works for others Mon 09:00–09:30; Tue–Thu 09:00–12:00.')).toBeVisible();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(cell('Monday 09:30 to 10:00')).toHaveAttribute('aria-pressed', 'true');
  await expect(cell('Monday 09:30 to 10:00')).toBeFocused();

  await app.visit(page, '/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Ready|Working|Paused .*by your schedule/);
  await app.visit(page, '/settings/contribution');
  await page.getByRole('switch', { name: 'Follow a weekly schedule' }).click();
  await expect(page.getByText('Works for others at any time.')).toBeVisible();

  await page.getByLabel('Program name').fill('no-such-program-runs');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Programs that pause work' })).toContainText('no-such-program-runs');
  await page.reload();
  await page.getByRole('button', { name: 'Remove no-such-program-runs' }).click();
  await expect(page.getByRole('list', { name: 'Programs that pause work' })).toHaveCount(0);
});

test('Hardware: what was found, a measurement that can be stopped, and its numbers', async ({ app, page }) => {
  await app.visit(page, '/hardware');
  await expect(page.getByRole('heading', { name: 'This computer' })).toBeVisible();
  await expect(page.getByText(/\d+ cores? · \d+ thread/)).toBeVisible();
  const benchmark = page.getByRole('region', { name: 'Benchmark' });

  await benchmark.getByRole('button', { name: /^Full/ }).click();
  await expect(benchmark.getByRole('progressbar')).toBeVisible();
  await benchmark.getByRole('button', { name: 'Stop' }).click();
  await expect(benchmark.getByRole('button', { name: /^Quick/ })).toBeVisible();

  await benchmark.getByRole('button', { name: /^Quick/ }).click();
  const models = benchmark.getByRole('table', { name: 'Models' });
  await expect(models.getByRole('row', { name: /Open Swarm Starter JS.*tokens\/s.*±/ })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Estimated earnings by model' })).toBeVisible();
});
