import { generate } from 'selfsigned';

/** In PEM format. */
export interface Certificate {
  /** Self-signed: clients trust this certificate itself. */
  readonly cert: string;
  readonly key: string;
}

const YEAR_MILLISECONDS = 365 * 24 * 60 * 60 * 1000;

/** Creates a certificate for https on this machine, valid for a year from now. */
export async function createCertificate(): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec', // created in a fraction of the time that an RSA key takes
    curve: 'P-256',
    notAfterDate: new Date(Date.now() + YEAR_MILLISECONDS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
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
  return { cert, key };
}
