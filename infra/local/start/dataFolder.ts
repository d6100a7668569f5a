// What `npm start` keeps in its data folder: a lock, the storage key, the certificate, and how to reach the running start.
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { commandText } from '../../toolchain/installation.ts';
import { createCertificate } from '../certificate.ts';

export interface DataFolder {
  readonly path: string;
  /** Key of the storage account in Azurite. */
  readonly storageKey: string;
  /** Writes how to reach everything, for other commands in this folder. */
  announce(json: string): void;
  /** Removes the lock and the announcement, and the whole folder if it is temporary. */
  release(): void;
}

const ANNOUNCEMENT = 'start.json';

/**
 * Opens `.local/`, or a temporary folder that nothing survives.
 *
 * @throws Error if another start that is still alive uses the folder
 */
export function openDataFolder({ ephemeral }: { readonly ephemeral: boolean }): DataFolder {
  const path = ephemeral ? mkdtempSync(join(tmpdir(), 'switchboard-')) : ensureKeptFolder();
  const storageKey = ensureStorageKey(path);
  const unlock = lock(path);
  const announcement = join(path, ANNOUNCEMENT);
  return {
    path,
    storageKey,
    announce: (json) => writeFileSync(announcement, json, { mode: 0o600 }),
    release: () => {
      rmSync(announcement, { force: true });
      unlock();
      if (ephemeral) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Returns the path of `.local/`, which keeps keys between starts; creates it, hidden from git, if it is missing. */
export function ensureKeptFolder(): string {
  const path = resolve('.local');
  const isNew = mkdirSync(path, { recursive: true }) !== undefined;
  // The .gitignore of a project that uses the npm package does not name it. A .local/ that was there before may be the home
  // directory's.
  if (isNew) writeFileSync(join(path, '.gitignore'), '*\n');
  return path;
}

/** Prevents a second start in the same folder. The lock of a start that was killed does not count. */
function lock(directory: string): () => void {
  const file = join(directory, 'start.pid');
  const holder = readPid(file);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new Error(
      `'${commandText('start')}' is running already (process ${holder}). For a second one: ${commandText('start', '--ephemeral --ports auto')}\n` +
        `If that process is another program, delete ${file}.`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined; // no lock was left
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Creates a key for the local storage. Azurite's own key is public: with it, any web page could sign a URL that puts a
 * message on a queue, and request it without a preflight.
 */
export function newStorageKey(): string {
  return randomBytes(64).toString('base64');
}

/** Returns the key in the folder, so that connection strings stay valid after a restart; creates it if it is missing. */
function ensureStorageKey(directory: string): string {
  const file = join(directory, 'storage.key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = newStorageKey();
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

export interface CertificateFiles {
  /** PEM file of the certificate, which is self-signed: clients trust this file. */
  readonly cert: string;
  readonly key: string;
}

const RENEW_BEFORE_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** Returns the certificate for https on this machine; creates one if it is missing or expires soon. */
export async function ensureCertificate(directory: string): Promise<CertificateFiles> {
  const files = { cert: join(directory, 'localhost.pem'), key: join(directory, 'localhost.key') };
  if (isUsable(files)) return files;
  mkdirSync(directory, { recursive: true });
  const { cert, key } = await createCertificate();
  writeFileSync(files.key, key, { mode: 0o600 });
  writeFileSync(files.cert, cert);
  return files;
}

function isUsable({ cert, key }: CertificateFiles): boolean {
  if (!existsSync(cert) || !existsSync(key)) return false;
  const certificate = new X509Certificate(readFileSync(cert));
  // Two processes that created one at the same time may have left a key and a certificate that do not belong together.
  if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(key)))) return false;
  return Date.parse(certificate.validTo) - Date.now() > RENEW_BEFORE_MILLISECONDS;
}
