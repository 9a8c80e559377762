// Writes docs/conventions.md from the rows in test/conformance/conventions*.ts, which are also its tests.
import { mkdirSync, writeFileSync } from 'node:fs';
import { allConventions } from '../test/conformance/all-conventions.ts';
import { conventionsPage } from '../test/conformance/convention-table.ts';

mkdirSync(new URL('../docs/', import.meta.url), { recursive: true });
writeFileSync(new URL('../docs/conventions.md', import.meta.url), conventionsPage(allConventions));
