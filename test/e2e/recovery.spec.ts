import { answerPanel, expect, runPrompt, test } from './helpers/appTest.ts';

test('the engine is killed: the page says so, stays readable, and goes on by itself afterwards', async ({
  app,
  page,
}) => {
  test.setTimeout(120_000);
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  await runPrompt(page, 'function add(a, b) {');
  await expect(answerPanel(page).getByText('Completed')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('textbox', { name: 'Prompt' }).fill('this text must survive');

  await app.kill();
  await expect(page.getByRole('alert').getByText('The engine is not responding.')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('this text must survive');
  await expect(page.getByRole('button', { name: /^Run (Ctrl|⌘)/ })).toBeDisabled();

  await app.startAgain();
  await expect(page.getByText('The engine is not responding.')).toHaveCount(0, { timeout: 30_000 });
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('this text must survive');
  await expect(page.getByRole('link', { name: /\d ms$/ })).toBeVisible({ timeout: 30_000 });
  await runPrompt(page, 'function add(a, b) {');
  await expect(answerPanel(page).getByText('Completed')).toBeVisible({ timeout: 30_000 });
});

test('a browser without the code is told how to get in, and nothing else', async ({ app, browser }) => {
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await app.visit(page, '/tasks');
  await expect(page.getByRole('heading', { name: 'This browser is not signed in' })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await stranger.close();
});
