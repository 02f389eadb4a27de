import type { Page } from '@playwright/test';
import { answerPanel, expect, runPrompt, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';

async function lookAtQuestion(page: Page, name: string): Promise<void> {
  await lookAt(page, `onboarding-${name}`);
  await expectAccessible(page, `question ${name}`);
}

test('a first start: the questions, a private swarm, a task, and every page agrees about it', async ({
  freshApp,
  page,
}) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });

  await freshApp.open(page);
  await test.step('the one-time code leaves the address at once', async () => {
    await expect(page.getByRole('heading', { name: 'What would you like to do?' })).toBeVisible();
    expect(page.url()).not.toContain('code=');
  });

  await test.step('one question per screen, and back works', async () => {
    await page.getByRole('radio', { name: /^Both/ }).click();
    await lookAtQuestion(page, 'role');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Where is your swarm?' })).toBeVisible();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('radio', { name: /^Start a private swarm/ }).click();
    await lookAtQuestion(page, 'swarm');
    await page.getByRole('button', { name: 'Continue' }).click();
  });

  await test.step('the computer is measured by itself, and the model that came along can be tried', async () => {
    await expect(page.getByRole('heading', { name: 'Let’s look at your computer' })).toBeVisible();
    await expect(page.getByText(/\d (GB\/s|tokens\/s)$/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Measure again' })).toBeVisible();
    await lookAtQuestion(page, 'computer');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Choose a model' })).toBeVisible();
    await expect(page.getByRole('radio', { name: /Already installed/ })).toBeChecked();
    await lookAtQuestion(page, 'model');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Try it' })).toBeVisible();
    await page.getByLabel('Text to continue').press('Control+Enter');
    await expect(page.getByText(/tokens · [\d,.]+ tokens\/s/)).toBeVisible();
    await lookAtQuestion(page, 'try');
    await page.getByRole('button', { name: 'Continue' }).click();
  });

  await test.step('a name, and the app opens', async () => {
    await expect(page.getByRole('heading', { name: 'Name this computer' })).toBeVisible();
    await page.getByLabel('Node name').fill('desk-north');
    await lookAtQuestion(page, 'name');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Ready', exact: true })).toBeVisible();
    await expect(page.getByRole('switch', { name: 'Contribute' })).toBeChecked();
    await lookAtQuestion(page, 'done');
    await page.getByRole('button', { name: 'Open the app' }).click();
  });

  await test.step('the Overview says what is and why', async () => {
    const navigation = page.getByRole('navigation', { name: 'Pages' });
    await expect(navigation.getByText('desk-north')).toBeVisible();
    await expect(page.getByRole('switch', { name: 'Contribute' })).toBeChecked();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Ready|Working/);
  });

  await test.step('the first credit comes by itself: the swarm’s welcome task was really run and paid', async () => {
    await expect(page.getByRole('banner').getByText(/^\+0\.\d*[1-9]/)).toBeVisible();
  });

  await test.step('a task: the price first, then tokens, then the checked answer', async () => {
    await page.getByRole('link', { name: 'Submit', exact: true }).click();
    await page.getByRole('radio', { name: 'Complete' }).click();
    await runPrompt(page, 'function add(a, b) {');
    const panel = answerPanel(page);
    await expect(panel.getByText('Completed')).toBeVisible();
    await expect(panel.locator('pre')).toContainText('function add(a, b) {');
    await expect(panel.getByText(/^Quality \d+/)).toBeVisible();
    await expect(panel.getByText(/credits$/)).not.toHaveText('0.00 credits');
  });

  const credits = await answerPanel(page)
    .getByText(/credits$/)
    .innerText();
  const spent = credits.replace(' credits', '').trim();

  await test.step('Tasks shows both sides of it', async () => {
    await page.getByRole('link', { name: /^Tasks/ }).click();
    const table = page.getByRole('table', { name: 'Tasks' });
    const mine = table.getByRole('row', { name: /Mine/ });
    await expect(mine.first()).toContainText('Completed');
    await expect(mine.first()).toContainText(`−${spent}`);
    await expect(table.getByRole('row', { name: /For others.*Paid/ }).first()).toBeVisible();
    await mine.first().click();
    const sheet = page.getByRole('complementary', { name: 'Complete code' });
    await expect(sheet.getByRole('list', { name: 'Timeline' }).getByRole('listitem').first()).toContainText(
      'Submitted',
    );
    await expect(sheet.getByText('function add(a, b) {')).toBeVisible();
    await expect(sheet.getByRole('table', { name: 'Payment' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
  });

  await test.step('Earnings and the ledger agree', async () => {
    await page.getByRole('link', { name: 'Earnings' }).click();
    await expect(page.getByText('Your records match the coordinator’s to the last micro-credit.')).toBeVisible();
    const figures = page.getByRole('region', { name: 'Summary' });
    await expect(figures).toContainText('Spent in 30 days');
    await expect(figures).toContainText(spent);
    await expect(page.getByRole('table', { name: 'Ledger' }).getByRole('row', { name: /granted/ })).toContainText(
      '+100.000000',
    );
  });

  await test.step('Reputation has seen it', async () => {
    await page.getByRole('link', { name: 'Reputation' }).click();
    await expect(page.getByText(/of \d+ on time/)).toBeVisible();
    await expect(page.getByText('Novice')).toBeVisible();
  });

  expect(problems).toEqual([]);
});
