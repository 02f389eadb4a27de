import { defineConfig, devices } from '@playwright/test';
import { findElectron } from './tools/start/ensureElectron.mjs';
import { findBrowser } from './tools/test/findBrowser.mjs';

const executablePath = findBrowser();
// Chromium's sandbox cannot be used by root.
const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [];
const electron = findElectron(import.meta.dirname, process.env);

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Each test starts its own engine and coordinator; two cores carry one such test at a time.
  workers: 1,
  // Tests wait for states, never for times; these limits only end what will never happen, on a busy machine too.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  use: {
    trace: 'retain-on-failure',
    launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), args },
  },
  projects: [
    {
      name: 'browser',
      testIgnore: 'electron/**',
      use: { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } },
    },
    ...(electron === undefined ? [] : [{ name: 'electron', testMatch: 'electron/**/*.spec.ts' }]),
  ],
});
