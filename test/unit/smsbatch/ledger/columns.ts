import type { RowValues } from '../../../../shared/storage/tables.ts';

/**
 * Whether Azure Table storage accepts these columns: strings of up to 64 KiB in UTF-16, and 1 MiB for the row.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
export function columnsFit(values: RowValues): boolean {
  const sizes = Object.values(values).map((value) => 2 * String(value).length);
  return Math.max(...sizes) <= 64 * 1024 && sizes.reduce((sum, size) => sum + size, 0) < 1024 * 1024;
}
