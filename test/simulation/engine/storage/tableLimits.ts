import type { RowChange, RowValues } from '../../../../shared/storage/tables.ts';
import { storageError } from './storageError.ts';

// @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
const MAXIMUM_PROPERTIES = 252;
const MAXIMUM_STRING_LENGTH = 32 * 1024;
const MAXIMUM_KEY_LENGTH = 512;
const MAXIMUM_ENTITY_BYTES = 1024 * 1024;
const FORBIDDEN_IN_KEYS = /[/\\#?\p{Cc}]/u;

// @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
const MAXIMUM_CHANGES = 100;
const MAXIMUM_TRANSACTION_BYTES = 4 * 1024 * 1024;

export function assertKeys(...keys: readonly string[]): void {
  for (const key of keys) {
    if (key.length > MAXIMUM_KEY_LENGTH) throw storageError(400, 'KeyValueTooLarge');
    if (FORBIDDEN_IN_KEYS.test(key)) throw storageError(400, 'OutOfRangeInput');
  }
}

export function assertValues(partitionKey: string, rowKey: string, values: RowValues): void {
  const entries = Object.entries(values);
  if (entries.length > MAXIMUM_PROPERTIES) throw storageError(400, 'TooManyProperties');
  for (const [, value] of entries) {
    if (typeof value === 'string' && value.length > MAXIMUM_STRING_LENGTH)
      throw storageError(400, 'PropertyValueTooLarge');
  }
  if (entityBytes(partitionKey, rowKey, values) > MAXIMUM_ENTITY_BYTES) throw storageError(400, 'EntityTooLarge');
}

/** @see https://learn.microsoft.com/archive/blogs/avkashchauhan/how-the-size-of-an-entity-is-caclulated-in-windows-azure-table-storage */
function entityBytes(partitionKey: string, rowKey: string, values: RowValues): number {
  const own = 4 + 2 * (partitionKey.length + rowKey.length);
  return Object.entries(values).reduce((sum, [name, value]) => sum + 8 + 2 * name.length + valueBytes(value), own);
}

function valueBytes(value: string | number | boolean): number {
  if (typeof value === 'string') return 4 + 2 * value.length;
  return typeof value === 'number' ? 8 : 1;
}

export function assertTransaction(partitionKey: string, changes: readonly RowChange[]): void {
  if (changes.length > MAXIMUM_CHANGES) throw storageError(400, 'InvalidInput');
  if (new Set(changes.map(({ rowKey }) => rowKey)).size < changes.length)
    throw storageError(400, 'InvalidDuplicateRow');
  let bytes = 0;
  for (const change of changes) {
    assertKeys(partitionKey, change.rowKey);
    if (change.kind === 'remove') continue;
    assertValues(partitionKey, change.rowKey, change.values);
    bytes += JSON.stringify(change.values).length;
  }
  if (bytes > MAXIMUM_TRANSACTION_BYTES) throw storageError(413, 'RequestBodyTooLarge');
}
