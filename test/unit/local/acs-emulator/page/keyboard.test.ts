import { describe, expect, test } from 'vitest';
import {
  ACTIONS,
  type Action,
  type Focus,
  type KeyPress,
  keyResult,
  SHORTCUTS,
} from '../../../../../infra/local/acs-emulator/page/shell/keyboard.ts';

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false },
  ...modifiers,
});

const actionOf = (key: string, focus: Focus = 'nothing', isGoing = false) =>
  keyResult(press(key), focus, isGoing).action;

test.each<[string, Action]>([
  ['j', 'next'],
  ['k', 'previous'],
  ['ArrowDown', 'next'],
  ['ArrowUp', 'previous'],
  ['Enter', 'open'],
  ['Escape', 'close'],
  ['/', 'search'],
  ['c', 'copyCode'],
  ['l', 'copyLink'],
  ['?', 'help'],
])('%s does: %s', (key, action) => {
  expect(actionOf(key)).toBe(action);
});

describe('g', () => {
  test('waits for a letter', () => {
    expect(keyResult(press('g'), 'nothing', false)).toEqual({ action: undefined, isGoing: true });
  });

  test.each<[string, Action]>([
    ['a', 'goAll'],
    ['s', 'goSms'],
    ['e', 'goEmail'],
    ['c', 'goChat'],
    ['i', 'goIdentity'],
    ['r', 'goRequest'],
  ])('and %s does: %s', (key, action) => {
    expect(keyResult(press(key), 'nothing', true)).toEqual({ action, isGoing: false });
  });

  test('and another letter does nothing, not even what that letter does alone', () => {
    expect(keyResult(press('j'), 'nothing', true)).toEqual({ action: undefined, isGoing: false });
  });
});

test.each(['ctrlKey', 'metaKey'] as const)('%s and k open the commands, also from a field', (modifier) => {
  expect(keyResult(press('k', { [modifier]: true }), 'field', false).action).toBe('palette');
  expect(keyResult(press('K', { [modifier]: true }), 'list', true).action).toBe('palette');
});

test.each(['ctrlKey', 'metaKey', 'altKey'] as const)('keys with %s belong to the browser', (modifier) => {
  for (const key of ['j', 'c', 'l', '/', 'g']) {
    expect(keyResult(press(key, { [modifier]: true }), 'nothing', false)).toEqual({
      action: undefined,
      isGoing: false,
    });
  }
});

test('in a field, keys write', () => {
  for (const { keys } of SHORTCUTS) expect(actionOf(keys[0], 'field')).toBeUndefined();
});

test('on other elements, arrows and Enter do what they do there', () => {
  for (const key of ['ArrowDown', 'ArrowUp', 'Home', 'End', 'Enter']) {
    expect([actionOf(key, 'element'), actionOf(key, 'list') === undefined]).toEqual([undefined, false]);
  }
  expect(actionOf('j', 'element')).toBe('next');
});

test('no two actions have the same keys, and every action has some', () => {
  const keys = SHORTCUTS.map((it) => it.keys.join());
  expect(new Set(keys).size).toBe(keys.length);
  const reachable = new Set<string>([...SHORTCUTS.map(({ action }) => action), 'palette']);
  expect(Object.keys(ACTIONS).filter((it) => !reachable.has(it))).toEqual([]);
});
