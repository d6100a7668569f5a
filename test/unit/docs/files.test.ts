import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HttpRequest } from '@azure/functions';
import { afterAll, describe, expect, test } from 'vitest';
import { docsFileNamed, docsPage } from '../../../shared/docs/files.ts';

const parent = mkdtempSync(join(tmpdir(), 'switchboard-docs-'));
afterAll(() => rmSync(parent, { recursive: true }));
const folder = mkdtempSync(join(parent, 'docs-'));
const directory = pathToFileURL(`${folder}/`);
writeFileSync(join(parent, 'secret.js'), 'secret');
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
writeFileSync(join(folder, 'page-AB12.js'), 'code');
writeFileSync(join(folder, 'page-AB12.css'), 'style');
writeFileSync(join(folder, 'page-AB12.js.map'), 'map');

const request = (path = '/docs', headers: Record<string, string> = {}) =>
  new HttpRequest({ method: 'GET', url: `https://switchboard.example${path}`, headers });

const text = (body: unknown) => Buffer.from(body as Uint8Array).toString();

describe('the page', () => {
  test('may load only its own files', async () => {
    const { status, headers, body } = await docsPage(request(), directory);
    expect([status, text(body)]).toEqual([200, '<!doctype html>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'self';/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect(JSON.stringify(headers)).not.toMatch(/unsafe|https?:|\*/);
  });

  test('is not sent again while it is cached', async () => {
    const { headers } = await docsPage(request(), directory);
    const etag = String(Object(headers).etag);
    const again = await docsPage(request('/docs', { 'if-none-match': etag }), directory);
    expect(again).toMatchObject({ status: 304, headers: { etag } });
    expect(again.body).toBeUndefined();
  });

  test('redirects to the address that its links are relative to', async () => {
    const { status, headers } = await docsPage(request('/docs/'), directory);
    expect([status, Object(headers).location]).toEqual([308, '../docs']);
    expect(new URL('../docs', 'https://switchboard.example/gateway/docs/').pathname).toBe('/gateway/docs');
  });
});

describe('the files of the page', () => {
  test.each([
    ['page-AB12.js', 'text/javascript; charset=utf-8', 'code'],
    ['page-AB12.css', 'text/css; charset=utf-8', 'style'],
  ])('%s is cached indefinitely', async (name, contentType, content) => {
    const { headers, body } = (await docsFileNamed(name, directory)) ?? {};
    expect(text(body)).toBe(content);
    expect(headers).toMatchObject({
      'content-type': contentType,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
  });

  test.each([
    ...['', '.', '..', '../secret.js', '..\\secret.js', '%2e%2e/secret.js', join(parent, 'secret.js')],
    ...['./page-AB12.js', 'page-AB12.js/', 'page-ab12.js', 'page-AB12.js\0', 'page-CD34.js'],
    ...['index.html', 'page-AB12.js.map', 'constructor'],
  ])('%j is not one of them', async (name) => {
    expect(await docsFileNamed(name, directory)).toBeUndefined();
  });
});
