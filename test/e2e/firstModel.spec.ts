import { callEngine } from '#test/helpers/callEngine.ts';
import { FaultyFileServer } from '#test/helpers/FaultyFileServer.ts';
import { expect, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';

test('a first model: chosen once the computer is known, fetched in the background, and never in the way', async ({
  freshApp,
  page,
}) => {
  // A hub that has nothing.
  const hub = await new FaultyFileServer(Buffer.alloc(0)).open();
  hub.faults.refuse = { times: Infinity, status: 404 };
  await callEngine(freshApp.home, 'settings.set', { 'downloads.hub': hub.origin });
  await page.addInitScript(() => {
    let online = true;
    Object.defineProperty(navigator, 'onLine', { get: () => online });
    window.addEventListener('test:network', (event) => {
      online = (event as CustomEvent<boolean>).detail;
      window.dispatchEvent(new Event(online ? 'online' : 'offline'));
    });
  });
  const goOn = page.getByRole('button', { name: 'Continue', exact: true });
  await freshApp.open(page);
  await goOn.click();
  await page.getByRole('radio', { name: /^Later/ }).click();
  await goOn.click();
  await expect(page.getByRole('button', { name: 'Measure again' })).toBeVisible();
  await goOn.click();

  const models = page.getByRole('radiogroup', { name: 'Choose a model' });
  await test.step('the model that came along is ticked, and at most three others fit', async () => {
    await expect(models.getByRole('radio', { name: /Already installed/ })).toBeChecked();
    const all = await models.getByRole('radio').count();
    expect(all).toBeGreaterThan(1);
    expect(all).toBeLessThanOrEqual(4);
    await expect(models.getByRole('radio').nth(1)).toContainText(/GB|MB/);
    await expect(models.getByRole('radio').nth(1)).toContainText(/^.*Runs (well|slowly): /);
    await expect(page.getByText(/^Downloads continue in the background\. .* of disk space available/)).toBeVisible();
  });

  await test.step('without a network it says so, and goes on', async () => {
    await page.evaluate(() => window.dispatchEvent(new CustomEvent('test:network', { detail: false })));
    await expect(page.getByText('This computer is offline.')).toBeVisible();
    await expect(goOn).toBeEnabled();
    await lookAt(page, 'onboarding-model-offline');
    await expectAccessible(page, 'question model, offline');
    await page.evaluate(() => window.dispatchEvent(new CustomEvent('test:network', { detail: true })));
  });

  await test.step('choosing one starts its download, and the questions go on', async () => {
    const radio = models.getByRole('radio').nth(1);
    await radio.click();
    await page.getByRole('button', { name: 'Download and continue' }).click();
    await expect(page.getByRole('heading', { name: 'Try it' })).toBeVisible();
    const { downloads } = await callEngine(freshApp.home, 'snapshot', {});
    expect(downloads).toHaveLength(1);
    await page.getByRole('button', { name: 'Back' }).click();
    const coming = page.getByRole('region', { name: `${downloads[0]?.name ?? ''}, downloading` });
    await expect(coming.getByRole('button', { name: 'Try again' })).toBeVisible();
    await lookAt(page, 'onboarding-model-failed');
    await expectAccessible(page, 'question model, a download that failed');
    await expect(goOn).toBeEnabled();
  });

  await test.step('the last question tells of it, and the app opens', async () => {
    await goOn.click();
    await goOn.click();
    await goOn.click();
    await expect(page.getByText(/could not be downloaded yet/)).toBeVisible();
    await page.getByRole('button', { name: 'Open the app' }).click();
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  });
  await hub.close();
});
