import type { Page } from '@playwright/test';

/** Resolves once the fonts are there and what changed before is on the screen. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    // The first frame may have been under way already.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}
