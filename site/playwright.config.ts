// The page in a real browser. `CHROMIUM_PATH`, then an installed Chromium or Chrome, then the one that npm brought.
import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from '../scripts/chromium.ts';

export default defineConfig({
  testDir: './test',
  testMatch: '*.spec.ts',
  outputDir: './test/results',
  globalSetup: './test/build.ts',
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: process.env.SITE_REPORT ? [['list'], ['json', { outputFile: process.env.SITE_REPORT }]] : [['list']],
  use: { launchOptions: await chromiumLaunch(), serviceWorkers: 'block' },
});
