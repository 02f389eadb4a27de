import type { Page } from '@playwright/test';
import { callEngine } from '#test/helpers/callEngine.ts';
import { expect, test, type RunningApp } from './helpers/appTest.ts';

async function settingsOf(app: RunningApp) {
  return (await callEngine(app.home, 'snapshot', {})).settings;
}

/** The keys arrive as fast as the page takes them. */
async function pressQuickly(page: Page, key: string, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => page.keyboard.press(key)));
}

test('settings keep every stroke of quick hands', async ({ app, page }) => {
  await app.visit(page, '/settings/contribution');
  const heading = page.getByText(/^Works for others (never|Mon|Sun)/);

  await test.step('the week, with the keyboard', async () => {
    await page.getByRole('switch', { name: 'Follow a weekly schedule' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(heading).toHaveText('Works for others never.');
    await page.getByRole('button', { name: 'Monday 09:00 to 09:30' }).press('Space');
    // Held once: strokes that overlap would let go of it between each other.
    await page.keyboard.down('Shift');
    await pressQuickly(page, 'ArrowRight', 12);
    await page.keyboard.up('Shift');
    await expect(heading).toHaveText('Works for others Mon 09:00–15:30.');
    await expect
      .poll(async () => (await settingsOf(app))['contribution.schedule']?.days[0])
      .toBe(`${'0'.repeat(18)}${'1'.repeat(13)}${'0'.repeat(17)}`);
  });

  await test.step('the week, with what presses buttons by name', async () => {
    const cell = page.getByRole('button', { name: 'Sunday 00:00 to 00:30' });
    await cell.dispatchEvent('click');
    await expect(cell).toHaveAttribute('aria-pressed', 'true');
    await cell.dispatchEvent('click');
    await expect(cell).toHaveAttribute('aria-pressed', 'false');
    await page.getByRole('switch', { name: 'Follow a weekly schedule' }).click();
    await expect(page.getByText('Works for others at any time.')).toBeVisible();
  });

  await test.step('a slider', async () => {
    const share = page.getByRole('slider', { name: 'Share of the processor' });
    await share.fill('50');
    await share.blur();
    await share.focus();
    await pressQuickly(page, 'ArrowRight', 5);
    await expect(share).toHaveValue('75');
    await expect.poll(async () => (await settingsOf(app))['contribution.cpuShare']).toBe(75);
    await share.press('End');
    await expect.poll(async () => (await settingsOf(app))['contribution.cpuShare']).toBe(100);
  });

  await test.step('programs, removed one after the other', async () => {
    const name = page.getByLabel('Program name');
    for (const program of ['aa', 'bb', 'cc']) {
      await name.fill(program);
      await name.press('Enter');
    }
    await expect(page.getByRole('list', { name: 'Programs that pause work' }).getByRole('listitem')).toHaveCount(3);
    await page.evaluate(() => {
      for (const program of ['aa', 'bb', 'cc']) {
        document.querySelector<HTMLButtonElement>(`button[aria-label="Remove ${program}"]`)?.click();
      }
    });
    await expect.poll(async () => (await settingsOf(app))['contribution.exclusivePrograms']).toEqual([]);
    await expect(page.getByRole('list', { name: 'Programs that pause work' })).toHaveCount(0);
  });
});
