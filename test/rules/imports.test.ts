import { globSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

interface Import {
  readonly from: string;
  readonly to: string;
  /** A package or a module of Node, not a file of ours. */
  readonly isExternal: boolean;
}

const SOURCES = globSync('{functions,shared,infra}/**/*.ts').map((file) => file.replaceAll('\\', '/'));

async function readImports(): Promise<readonly Import[]> {
  const { metafile } = await build({
    entryPoints: SOURCES,
    ...{ bundle: true, metafile: true, write: false, outdir: 'nowhere', logLevel: 'silent' },
    ...{ format: 'esm', platform: 'node', packages: 'external', splitting: true },
  });
  return Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    imports.map(({ path: to, external = false }) => ({ from, to, isExternal: external })),
  );
}

const imports = await readImports();
const ours = imports.filter(({ isExternal }) => !isExternal);
const isUnder = (folder: string) => (file: string) => file.startsWith(folder);
const shown = (list: readonly Import[]) => list.map(({ from, to }) => `${from} → ${to}`);

/** What may import what: from the top down. */
const LAYERS: readonly (readonly string[])[] = [
  ['functions/', 'shared/client/', 'shared/docs/page/'], // the page is a client, too
  ['shared/openapi/', 'shared/docs/'],
  ['shared/operation/', 'shared/runtime.ts'],
  ['shared/acsevents/', 'shared/retention/'],
  ['shared/smsbatch/', 'shared/email/', 'shared/smsreports/', 'shared/identities/', 'shared/health/'],
  ['shared/outcomes/', 'shared/idempotency/', 'shared/audit/'],
  ['shared/clients/', 'shared/acs/', 'shared/limits/', 'shared/pacing/', 'shared/optouts/', 'shared/secret/'],
  ['shared/contract/', 'shared/storage/', 'shared/signing/', 'shared/telemetry/', 'shared/settings/'],
];

const layerOf = (file: string): number => LAYERS.findIndex((folders) => folders.some((it) => file.startsWith(it)));

test('the imports were read', () => {
  expect(shown(ours)).toContain('functions/sms/listSmsOptOuts.ts → shared/operation/define.ts');
  expect(imports.length).toBeGreaterThan(300);
});

test('every source of the app has its layer', () => {
  expect(SOURCES.filter((file) => !file.startsWith('infra/') && layerOf(file) < 0)).toEqual([]);
});

test('imports go down only', () => {
  const app = ours.filter(({ from }) => !from.startsWith('infra/'));
  expect(shown(app.filter(({ from, to }) => layerOf(to) < layerOf(from)))).toEqual([]);
});

test('no function imports another', () => {
  expect(shown(ours.filter(({ from, to }) => isUnder('functions/')(from) && isUnder('functions/')(to)))).toEqual([]);
});

test('nothing of the app imports infra or a test', () => {
  const outside = ours.filter(({ from, to }) => !from.startsWith('infra/') && /^(?:infra|test)\//.test(to));
  expect(shown(outside)).toEqual([]);
});

test('no import leads back to where it came from', () => {
  const targets = new Map<string, string[]>();
  for (const { from, to } of ours) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (way.includes(file) || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

describe('only what is meant to', () => {
  const FOLDER = 'infra/local/acs-emulator/';

  test('does the ACS emulator know of the app: signing, how a child ends, certificates, what web pages may send, and where its page is', () => {
    const outside = ours.filter(({ from, to }) => from.startsWith(FOLDER) && !to.startsWith(FOLDER));
    const allowed =
      /^(?:shared\/signing\/[^/]+|infra\/local\/(?:certificate|child|keptItems|requestGuard)|infra\/toolchain\/installation)\.ts$/;
    expect(outside.length).toBeGreaterThan(0);
    expect(shown(outside.filter(({ to }) => !allowed.test(to)))).toEqual([]);
  });

  test('does signing import: node:crypto and itself', () => {
    const others = imports.filter(
      ({ from, to }) => isUnder('shared/signing/')(from) && !isUnder('shared/signing/')(to) && to !== 'node:crypto',
    );
    expect(shown(others)).toEqual([]);
  });

  test('does the typed client import: signing and itself', () => {
    const others = imports.filter(
      ({ from, to }) =>
        isUnder('shared/client/')(from) && !isUnder('shared/client/')(to) && to !== 'shared/signing/sign.ts',
    );
    expect(imports.filter(({ from }) => isUnder('shared/client/')(from)).length).toBeGreaterThan(10);
    expect(shown(others)).toEqual([]);
  });

  test('imports the typed client: nothing of the app, which serves it, but its page', () => {
    const users = ours.filter(({ from, to }) => isUnder('shared/client/')(to) && /^(?:functions|shared)\//.test(from));
    const others = users.filter(({ from }) => !/^shared\/(?:client|docs\/page)\//.test(from));
    expect(shown(others)).toEqual([]);
  });

  test('imports the SDKs of storage', () => {
    const users = imports.filter(
      ({ from, to }) => /^@azure\/(?:storage-|data-tables)/.test(to) && !isUnder('infra/')(from),
    );
    expect(users.length).toBeGreaterThan(0);
    expect(shown(users.filter(({ from }) => !isUnder('shared/storage/')(from)))).toEqual([]);
  });

  test('imports OpenTelemetry', () => {
    const users = imports.filter(({ to }) => /^@opentelemetry\/|^@azure\/monitor-/.test(to));
    expect(users.length).toBeGreaterThan(0);
    expect(shown(users.filter(({ from }) => !isUnder('shared/telemetry/')(from)))).toEqual([]);
  });

  test('imports the official clients of ACS: nothing but tests', () => {
    expect(shown(imports.filter(({ to }) => to.startsWith('@azure/communication-')))).toEqual([]);
  });

  test('reads the environment', () => {
    // The page runs in a browser; the code that it shows reads the environment.
    const app = SOURCES.filter((file) => !/^(?:infra|shared\/docs\/page)\//.test(file));
    const readers = app.filter((file) =>
      /\bprocess\s*(?:\.\s*env|\[)|\benv\b.*from 'node:process'/.test(readFileSync(file, 'utf8')),
    );
    expect(readers).toEqual(['shared/settings/settings.ts']);
  });
});
