import { answerPanel, expect, runPrompt, test } from './helpers/appTest.ts';

test('the engine is killed: the page says so, stays readable, and goes on by itself afterwards', async ({
  app,
  page,
}) => {
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  await runPrompt(page, 'function add(a, b) {');
  await expect(answerPanel(page).getByText('Completed')).toBeVisible();
  await page.getByRole('textbox', { name: 'Prompt' }).fill('this text must survive');

  await app.kill();
  await expect(page.getByRole('alert').getByText('The engine is not responding.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('this text must survive');
  await expect(page.getByRole('button', { name: /^Run (Ctrl|⌘)/ })).toBeDisabled();

  await app.startAgain();
  await expect(page.getByText('The engine is not responding.')).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('this text must survive');
  await expect(page.getByRole('link', { name: /\d ms$/ })).toBeVisible();
  await runPrompt(page, 'function add(a, b) {');
  await expect(answerPanel(page).getByText('Completed')).toBeVisible();
});

test('a browser without the code is told how to get in, and nothing else', async ({ app, browser }) => {
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await app.visit(page, '/tasks');
  await expect(page.getByRole('heading', { name: 'This browser is not signed in' })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await stranger.close();
});
