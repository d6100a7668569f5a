import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { writeIfChanged } from './outputfile.ts';

const PAGE = 'shared/docs/page.html';
const VIEWER = 'node_modules/swagger-ui-dist';

/**
 * Bundles the page that shows the API's description, with the viewer that it is made of: nothing of it comes from
 * elsewhere. But for the page itself, each file's name holds a hash of its content.
 *
 * @returns esbuild's account of what is in it
 */
export async function buildDocs(directory = 'dist/docs'): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    entryPoints: ['shared/docs/page.ts'],
    outdir: directory,
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    write: false,
  });
  const files = [...outputFiles, licenses(directory)];
  const named = (extension: string) => basename(files.find(({ path }) => extname(path) === extension)?.path ?? '');
  const html = readFileSync(PAGE, 'utf8')
    .replace('{{script}}', named('.js'))
    .replace('{{stylesheet}}', named('.css'))
    .replace('{{licenses}}', named('.txt'));
  const page = { path: join(directory, 'index.html'), contents: Buffer.from(html) };
  for (const file of [...files, page]) writeIfChanged(file);
  removeOthers(directory, [...files, page]);
  return metafile;
}

/** Of the viewer and of all that is bundled in it. */
function licenses(directory: string) {
  const texts = ['LICENSE', 'NOTICE', 'swagger-ui-es-bundle.js.LICENSE.txt'].map((it) =>
    readFileSync(join(VIEWER, it)),
  );
  const contents = Buffer.concat(texts);
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase();
  return { path: join(directory, `licenses-${hash}.txt`), contents };
}

/** Files of another build would be served beside these. */
function removeOthers(directory: string, files: readonly { readonly path: string }[]): void {
  const built = new Set(files.map(({ path }) => basename(path)));
  for (const name of readdirSync(directory)) {
    if (!built.has(name)) rmSync(join(directory, name));
  }
}
