import { callEngine } from '#test/helpers/callEngine.ts';
import { answerPanel, expect, runPrompt, test, type RunningApp } from './helpers/appTest.ts';

/** Own tasks so far. */
async function asked(app: RunningApp): Promise<number> {
  return (await callEngine(app.home, 'task.list', { role: 'requester', limit: 200 })).rows.length;
}

test('a double click asks and pays once, and a dialog keeps the keys of the page away', async ({ app, page }) => {
  await app.visit(page, '/submit');
  await page.getByRole('radio', { name: 'Complete' }).click();
  await runPrompt(page, 'function add(a, b) {');
  const panel = answerPanel(page);
  await expect(panel.getByText('Completed')).toBeVisible();

  await test.step('Run again, twice', async () => {
    const before = await asked(app);
    await panel.getByRole('button', { name: 'Run again' }).dblclick();
    await expect(panel.getByText('Completed')).toBeVisible();
    expect(await asked(app)).toBe(before + 1);
  });

  await test.step('Run, twice', async () => {
    const before = await asked(app);
    await page.getByRole('button', { name: /^Run (Ctrl|⌘)/ }).dblclick();
    await expect.poll(() => asked(app)).toBeGreaterThan(before);
    await expect(panel.getByText('Completed')).toBeVisible();
    expect(await asked(app)).toBe(before + 1);
  });

  await test.step('the keys that send, under a dialog', async () => {
    const before = await asked(app);
    await panel.getByRole('button', { name: 'Compare with another answer' }).click();
    const comparison = page.getByRole('dialog', { name: 'Compare answers' });
    await expect(comparison.getByText(/credits$/).first()).toBeVisible();
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Escape');
    await expect(comparison).toBeHidden();
    // What the page sends later is stored later: this one is the only new task.
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => asked(app)).toBeGreaterThan(before);
    await expect(panel.getByText('Completed')).toBeVisible();
    expect(await asked(app)).toBe(before + 1);
  });

  await test.step('pause and go, under a dialog', async () => {
    await app.visit(page, '/settings');
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(page.getByRole('dialog', { name: /^Leave / })).toBeVisible();
    await page.keyboard.press('p');
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await expect(page.getByRole('dialog', { name: /^Leave / })).toBeVisible();
    expect(page.url()).toContain('#/settings');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    // The engine answers in order: what this page shows was asked for after whatever `p` would have sent.
    await expect(page.getByRole('region', { name: 'On this computer' }).getByRole('listitem').first()).toBeVisible();
    expect((await callEngine(app.home, 'snapshot', {})).contribution.reason.code).not.toBe('paused');
  });
});

test('a double click on Continue answers one of the first questions', async ({ freshApp, page }) => {
  await freshApp.open(page);
  await page.getByRole('button', { name: 'Continue' }).dblclick();
  await expect(page.getByRole('heading', { name: 'Where is your swarm?' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeEnabled();
  // One step back is the first question again.
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByRole('heading', { name: 'What would you like to do?' })).toBeVisible();
  expect((await callEngine(freshApp.home, 'snapshot', {})).swarm.joined).toBeNull();
});
