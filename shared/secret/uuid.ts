import { stringify } from 'uuid';

export const UUID_BYTES = 16;

/** The first 16 bytes as a UUIDv8: all bits are the caller's but those of version and variant. @see RFC 9562 §5.8 */
export function uuidOf(bytes: Uint8Array): string {
  const uuid = Uint8Array.from(bytes.subarray(0, UUID_BYTES));
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x80;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return stringify(uuid);
}
