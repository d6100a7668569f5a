// `npm run docs:generate`: writes the generated sections of the documentation.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { DOCUMENTED, generateSections, withSections } from './documentation.ts';

const sections = await generateSections();
for (const file of globSync([...DOCUMENTED])) {
  const page = readFileSync(file, 'utf8');
  const fresh = withSections(page, sections);
  if (fresh === page) continue;
  writeFileSync(file, fresh);
  console.log(`Updated ${file}`);
}
