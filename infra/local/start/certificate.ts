import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface CertificateFiles {
  /** PEM: the certificate, which is its own authority; clients are told to trust this file. */
  readonly cert: string;
  readonly key: string;
}

const YEAR_MILLISECONDS = 365 * 24 * 60 * 60 * 1000;
const RENEW_BEFORE_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** The certificate for https on this machine: the one in the folder, or a new one when there is none or it ends soon. */
export async function ensureCertificate(directory: string): Promise<CertificateFiles> {
  const files = { cert: join(directory, 'localhost.pem'), key: join(directory, 'localhost.key') };
  if (isUsable(files)) return files;
  mkdirSync(directory, { recursive: true });
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    notAfterDate: new Date(Date.now() + YEAR_MILLISECONDS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, keyCertSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  writeFileSync(files.key, key, { mode: 0o600 });
  writeFileSync(files.cert, cert);
  return files;
}

function isUsable({ cert, key }: CertificateFiles): boolean {
  if (!existsSync(cert) || !existsSync(key)) return false;
  const { validTo } = new X509Certificate(readFileSync(cert));
  return Date.parse(validTo) - Date.now() > RENEW_BEFORE_MILLISECONDS;
}
