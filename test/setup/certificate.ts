import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificate } from '../../infra/local/start/certificate.ts';

/** A certificate for this machine, as `npm start` makes it, until `remove` is called. */
export async function makeCertificate() {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-certificate-'));
  const files = await ensureCertificate(directory);
  return {
    certFile: files.cert,
    cert: readFileSync(files.cert, 'utf8'),
    key: readFileSync(files.key, 'utf8'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
