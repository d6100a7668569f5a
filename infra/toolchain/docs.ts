import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { writeIfChanged } from './outputFile.ts';

const PAGE = 'shared/docs/page.html';
const VIEWER = 'node_modules/swagger-ui-dist';

/**
 * Bundles the page that shows the API's description together with its viewer, so that it loads nothing from elsewhere.
 * The names of all files except the page contain a hash of their content.
 *
 * @returns esbuild's metafile
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

/** The licenses of the viewer and of the packages bundled in it. */
function licenses(directory: string) {
  const notices = ['LICENSE', 'NOTICE', 'swagger-ui-es-bundle.js.LICENSE.txt'].map((it) =>
    readFileSync(join(VIEWER, it)),
  );
  const contents = Buffer.concat(notices);
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase();
  return { path: join(directory, `licenses-${hash}.txt`), contents };
}

/** Removes files of earlier builds, which would be served as well. */
function removeOthers(directory: string, files: readonly { readonly path: string }[]): void {
  const built = new Set(files.map(({ path }) => basename(path)));
  for (const name of readdirSync(directory)) {
    if (!built.has(name)) rmSync(join(directory, name));
  }
}
