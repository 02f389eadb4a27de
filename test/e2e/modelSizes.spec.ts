import { callEngine } from '#test/helpers/callEngine.ts';
import { HubImitation } from '#test/helpers/HubImitation.ts';
import { expect, test } from './helpers/appTest.ts';
import { expectAccessible, lookAt } from './helpers/look.ts';

test('Models: more sizes of a model than the catalogue names are asked from the hub', async ({ app, page }) => {
  const hub = await new HubImitation().open();
  const { 'downloads.hub': before } = (await callEngine(app.home, 'snapshot', {})).settings;
  await callEngine(app.home, 'settings.set', { 'downloads.hub': hub.origin });
  await app.visit(page, '/models');
  await page.getByRole('radio', { name: 'All' }).click();
  await page.getByRole('searchbox').fill('qwen3.5 2b');
  await page.getByTitle(/^Details of Qwen3\.5 2B/).click();
  const dialog = page.getByRole('dialog');
  const more = dialog.getByRole('button', { name: 'More sizes from the hub' });

  await test.step('a hub that has nothing is told, and can be asked again', async () => {
    await more.click();
    await expect(dialog.getByRole('alert')).toContainText('no longer has the repository unsloth/Qwen3.5-2B-GGUF');
    await expectAccessible(page, 'sizes, failed');
    await lookAt(page, 'models-sizes-failed');
    hub.lists([]);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await expect(dialog.getByText('The hub has no other sizes of this model.')).toBeVisible();
  });

  await test.step('its other sizes are listed, and one is fetched by its address', async () => {
    const size = { type: 'file', oid: 'b'.repeat(40) };
    hub.lists(
      ['Q2_K', 'UD-IQ2_XXS', 'Q8_0'].map((name, at) => ({
        ...size,
        path: `Qwen3.5-2B-${name}.gguf`,
        size: 1e9 + at,
        lfs: { oid: String(at).repeat(64), size: 1e9 + at },
      })),
    );
    await more.click();
    await expect(more).toBeFocused();
    await more.click();
    const list = dialog.getByRole('list', { name: 'More sizes from the hub' });
    await expect(list.getByRole('listitem')).toHaveCount(3);
    await expectAccessible(page, 'sizes');
    await lookAt(page, 'models-sizes');
    await dialog.getByRole('button', { name: /^Download .* Q2_K$/ }).click();
    // The imitation answers with a list instead of a file.
    await expect(list.getByRole('listitem').first()).toContainText('Failed');
    const { downloads } = await callEngine(app.home, 'snapshot', {});
    const download = downloads.find(({ name }) => name.endsWith(' Q2_K'));
    expect(download?.state).toBe('failed');
    await callEngine(app.home, 'downloads.cancel', { downloadId: download?.downloadId ?? '' });
    await expect(list.getByRole('button', { name: /^Download .* Q2_K$/ })).toBeVisible();
  });
  await callEngine(app.home, 'settings.set', { 'downloads.hub': before });
  await hub.close();
});
