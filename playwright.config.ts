import { defineConfig, devices } from '@playwright/test';
import { findBrowser } from './tools/test/findBrowser.mjs';

const executablePath = findBrowser();
// Chromium's sandbox cannot be used by root.
const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [];

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Each test starts its own engine and coordinator; two cores carry one such test at a time.
  workers: 1,
  timeout: 60_000,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  use: {
    trace: 'retain-on-failure',
    launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), args },
  },
  projects: [{ name: 'browser', use: { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } } }],
});
