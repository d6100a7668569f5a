const UNITS = ['KB', 'MB', 'GB'];

/** e.g. `12 bytes`, `1.5 KB`. A kilobyte has 1024 bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const step = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length);
  const amount = bytes / 1024 ** step;
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${UNITS[step - 1]}`;
}
