import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonList } from '../../../shared/contract/jsonList.ts';
import { withoutNulls } from '../../../shared/contract/validate.ts';

test('members that are null are removed at any depth', () => {
  const value = { a: null, b: { c: null, d: [{ e: null, f: 1 }] }, g: '' };
  expect(withoutNulls(value)).toEqual({ b: { d: [{ f: 1 }] }, g: '' });
});

test('a value that is null is absent', () => {
  expect(withoutNulls(null)).toBeUndefined();
});

test('an element that is null is kept, so that the others keep their positions', () => {
  expect(withoutNulls({ to: [null, 'a', [null]] })).toEqual({ to: [null, 'a', [null]] });
});

test('members that may not be null are kept', () => {
  const value = { to: [{ address: 'a', displayName: null, note: null }] };
  expect(withoutNulls(value, ['displayName'])).toEqual({ to: [{ address: 'a', displayName: null }] });
});

test('bytes, long lists and other values that are not JSON are unchanged', () => {
  const [bytes, list] = [new Uint8Array([1]), new JsonList(Buffer.from('[null]'))];
  const result = withoutNulls({ csv: bytes, recipients: list }) as Record<string, unknown>;
  expect(result['csv']).toBe(bytes);
  expect(result['recipients']).toBe(list);
});

const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

test.each([65, 100_000])('a body nested %d levels deep is rejected, with its outermost member as target', (levels) => {
  expect(() => withoutNulls(nested(levels))).toThrow(expect.objectContaining({ code: 'InvalidRequest', target: 'a' }));
});

test('a body nested 64 levels deep is accepted', () => {
  expect(() => withoutNulls(nested(64))).not.toThrow();
});

test.each([
  ['{"a":[{"b":"x\\ud83d"}]}', 'a[0].b'],
  ['{"a":{"b\\udc4b":1}}', 'a.b\uFFFD'],
])('half a surrogate pair is rejected, with its position as target: %s', (json, target) => {
  expect(() => withoutNulls(JSON.parse(json))).toThrow(expect.objectContaining({ code: 'InvalidRequest', target }));
});

test('a whole surrogate pair is accepted', () => {
  expect(withoutNulls({ a: ['\u{1F44B}'] })).toEqual({ a: ['\u{1F44B}'] });
});

test('a member named __proto__ remains a member', () => {
  const result = withoutNulls(JSON.parse('{"__proto__":{"isAdmin":true},"a":null}'));
  expect(Object.keys(Object(result))).toEqual(['__proto__']);
  expect(Reflect.get(Object(result), 'isAdmin')).toBeUndefined();
});

/** Whether there is a member that is null, at whatever depth. */
function hasNullMember(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const isMember = !Array.isArray(value);
  return Object.values(value).some((it) => (isMember && it === null) || hasNullMember(it));
}

test('no null member remains, nothing else changes, and the original is unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = JSON.stringify(value);
      const result = withoutNulls(value);
      expect(JSON.stringify(value)).toBe(before);
      expect(hasNullMember(result)).toBe(false);
      expect(JSON.stringify(result)).toBe(value === null ? undefined : JSON.stringify(stripped(value)));
    }),
  );
});

/** By the parser itself: a reviver that answers undefined leaves a member out. */
function stripped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), function (this: unknown, _name, it) {
    return it === null && !Array.isArray(this) ? undefined : it;
  });
}
