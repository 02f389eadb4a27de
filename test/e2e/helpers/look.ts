import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { painted } from './painted.ts';

const folder = 'test-results/screenshots';
const themes = ['dark', 'light'] as const;
const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
] as const;

/** Pictures are for people; nothing compares them. They are taken when somebody wants to look, and in long runs. */
export const takesPictures = process.env['OPEN_SWARM_PICTURES'] === '1' || process.env['OPEN_SWARM_LONG'] === '1';

/** Takes pictures of what is shown in both themes and sizes, where pictures are wanted; themes are switched in place. */
export async function lookAt(page: Page, name: string): Promise<void> {
  if (!takesPictures) return;
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      // Charts draw anew after a change of size or theme.
      await painted(page);
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${String(size.width)}.png` });
    }
  }
  await page.setViewportSize(sizes[0]);
}

/** Axe finds nothing: every rule in the dark theme; in the light one, where only colours differ, the contrast. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await painted(page);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
  const inDark = await new AxeBuilder({ page }).withTags(tags).analyze();
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await painted(page);
  const inLight = await new AxeBuilder({ page }).withRules(['color-contrast']).analyze();
  expect([...problemsOf(inDark, `${what}, dark`), ...problemsOf(inLight, `${what}, light`)]).toEqual([]);
}

/** The same of a window of another size, where the colours are known already. */
export async function expectAccessibleLayout(page: Page, what: string): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
  const found = await new AxeBuilder({ page }).withTags(tags).disableRules(['color-contrast']).analyze();
  expect(problemsOf(found, what)).toEqual([]);
}

function problemsOf({ violations }: Awaited<ReturnType<AxeBuilder['analyze']>>, what: string): string[] {
  return violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0]?.html ?? ''}`);
}
