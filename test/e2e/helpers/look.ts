import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const folder = 'test-results/screenshots';
export const themes = ['dark', 'light'] as const;
export const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
] as const;

/** Takes what is shown in both themes and sizes; the themes are switched in place. */
export async function lookAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      // Charts draw anew after a change of size or theme.
      await page.waitForTimeout(80);
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${String(size.width)}.png` });
    }
  }
  await page.setViewportSize(sizes[0]);
}

/** Axe finds nothing, in both themes. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
    const problems = found.violations.map(({ id, nodes }) => `${what}, ${colorScheme}: ${id} ${nodes[0]?.html ?? ''}`);
    expect(problems).toEqual([]);
  }
}
