import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createCertificate } from '../../../../infra/local/certificate.ts';
import { ensureCertificate } from '../../../../infra/local/start/dataFolder.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'switchboard-certificate-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('a certificate is kept', async () => {
  const directory = folder();
  const { cert } = await ensureCertificate(directory);
  const first = readFileSync(cert, 'utf8');
  await ensureCertificate(directory);
  expect(readFileSync(cert, 'utf8')).toBe(first);
});

test('a certificate is replaced if the key is not its own, as when two processes have created one at once', async () => {
  const directory = folder();
  const { key } = await ensureCertificate(directory);
  writeFileSync(key, (await createCertificate()).key);
  const files = await ensureCertificate(directory);
  const certificate = new X509Certificate(readFileSync(files.cert));
  expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(files.key)))).toBe(true);
});
