// `npm run build`: bundles to dist/.
import { rmSync } from 'node:fs';
import { runCommand } from './command.ts';

process.exitCode = await runCommand({
  name: 'build',
  async run() {
    const { buildDocs, buildFunctions, buildSigning } = await import('./bundle.ts');
    rmSync('dist', { recursive: true, force: true });
    await Promise.all([buildFunctions(), buildDocs(), buildSigning()]);
    console.log('Built dist/.');
    return 0;
  },
});
