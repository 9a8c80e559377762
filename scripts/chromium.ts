// Which browser runs the tests (the page's and the library's), and how it is started: without looking for updates or anything else outside.
import { existsSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import type { LaunchOptions } from 'playwright';

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
  const found = process.env.CHROMIUM_PATH ?? installed.find((path) => existsSync(path));
  // The one from npm is a Linux program; its own flags are for another kind of machine.
  return { executablePath: found ?? (await chromium.executablePath()), args: flags };
}
