// Which browser runs the tests, and how it is started: without looking for updates or anything else outside.
import { existsSync } from 'node:fs';
import type { LaunchOptions } from '@playwright/test';
import chromium from '@sparticuz/chromium';

const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
];
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

export async function chromiumLaunch(): Promise<LaunchOptions> {
  const asked = process.env.CHROMIUM_PATH;
  // The package from npm unpacks Linux programs only.
  const found = asked ?? installed.find((path) => existsSync(path));
  if (found) return { executablePath: found, args: flags };
  return { executablePath: await chromium.executablePath(), args: [...chromium.args, ...flags] };
}
