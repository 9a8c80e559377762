// Before the tests: the page as it is published, and the page with the sandbox alone.
import { resolve } from 'node:path';
import { build } from 'vite';

export default async function buildPages(): Promise<void> {
  const configFile = resolve(import.meta.dirname, '../vite.config.ts');
  for (const mode of ['production', 'test']) await build({ configFile, mode, logLevel: 'warn' });
}
