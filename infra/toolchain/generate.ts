// `npm run generate`: writes the sections of documentation and code that follow from the declared functions.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { runCommand } from './command.ts';

process.exitCode = await runCommand({
  name: 'generate',
  async run() {
    const { GENERATED, generateSections, withSections } = await import('./generatedSections.ts');
    const sections = await generateSections();
    for (const file of globSync([...GENERATED])) {
      const page = readFileSync(file, 'utf8');
      const fresh = withSections(page, sections);
      if (fresh === page) continue;
      writeFileSync(file, fresh);
      console.log(`Updated ${file}`);
    }
    return 0;
  },
});
