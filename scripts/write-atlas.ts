// Writes docs/atlas.md from the operations and the textbook derivatives.
import { writeFileSync } from 'node:fs';
import { atlas } from './atlas-data.ts';
import { atlasPage } from './atlas-page.ts';

writeFileSync(new URL('../docs/atlas.md', import.meta.url), atlasPage(atlas()));
