import type { Page } from '@playwright/test';
import { answerPanel, expect, runPrompt, test } from './helpers/appTest.ts';

/** Changes what the page asks for, so that little is a lot and a failure is one; the answers are the engine's. */
async function askOtherwise(page: Page, change: (text: string) => string): Promise<void> {
  await page.routeWebSocket(/./, (socket) => {
    const engine = socket.connectToServer();
    socket.onMessage((message) => engine.send(typeof message === 'string' ? change(message) : message));
    engine.onMessage((message) => socket.send(message));
  });
  await page.goto('about:blank');
}

test('the ledger says when it cannot be read, fetches what is scrolled to, and sorts', async ({ app, page }) => {
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  await runPrompt(page, 'function add(a, b) {');
  await expect(answerPanel(page).getByText('Completed')).toBeVisible();

  let fails = true;
  await askOtherwise(page, (text) => {
    if (!text.includes('"ledger.list"')) return text;
    return text.replace('"limit":1000', fails ? '"limit":0' : '"limit":2');
  });
  await app.visit(page, '/earnings');
  const ledger = page.getByRole('region', { name: 'Ledger' });
  await expect(ledger.getByRole('alert')).toBeVisible();
  fails = false;
  await ledger.getByRole('button', { name: 'Try again' }).click();

  const table = ledger.getByRole('table', { name: 'Ledger' });
  const rows = table.locator('tbody tr');
  // The end of two rows is in view at once, so the others follow by themselves.
  await expect.poll(() => rows.count()).toBeGreaterThan(2);
  await table.getByRole('button', { name: 'Change' }).click();
  await expect(table.getByRole('columnheader', { name: 'Change' })).toHaveAttribute('aria-sort', 'descending');
  const changes = async () =>
    (await rows.locator('td:nth-child(3)').allInnerTexts()).map((text) => Number(text.replace('−', '-')));
  const largest = await changes();
  expect(largest).toEqual(largest.toSorted((one, other) => other - one));
  expect(new Set(largest).size).toBeGreaterThan(1);
  await table.getByRole('button', { name: 'Time' }).click();
  await table.getByRole('button', { name: 'Time' }).click();
  await expect(table.getByRole('columnheader', { name: 'Time' })).toHaveAttribute('aria-sort', 'ascending');
});
