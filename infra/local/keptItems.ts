/** The largest number of items of each channel that the emulator can be asked to keep. */
export const MAXIMUM_ITEMS = 1_000_000;

/** Reads the value of `--keep-items`. @throws Error with one line for the user */
export function readKeptItems(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MAXIMUM_ITEMS) return count;
  throw new Error(`--keep-items must be a whole number from 1 to ${MAXIMUM_ITEMS}, not '${text}'.`);
}
