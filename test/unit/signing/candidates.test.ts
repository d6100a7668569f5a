import { describe, expect, test } from 'vitest';
import { likeliestString, otherStrings } from '../../../shared/signing/canonical.ts';
import { DATE, EMPTY_HASH } from '../../../shared/signing/vectors.ts';

const HOSTS = ['switchboard.contoso.com', 'contoso.azurewebsites.net:7071'];
const facts = { date: DATE, contentHash: EMPTY_HASH, more: [] };
const EVERY_RESERVED = ":@!$&'()*+,;=";

function textsOf(target: string, more: object = {}): readonly string[] {
  const request = { method: 'post', target, pathWasDecoded: true, hosts: HOSTS, ...more };
  return [likeliestString(request, facts), ...otherStrings(request, facts)];
}

describe('the strings that a client may have signed', () => {
  // Each is held against each key: 50 clients with two keys make 100 HMACs of every one.
  test.each([
    ['an ordinary path', '/sms?api-version=2024-03-15', 3],
    ['an identity', '/identities/8:acs:x/:issueAccessToken?api-version=2024-03-15', 21],
    ['every reserved character', `/g/${EVERY_RESERVED}/${EVERY_RESERVED}?a=:`, 40],
    ['just under 2,048 characters', `/g/${EVERY_RESERVED.repeat(156)}?a=:`, 40],
    ['a longer path', `/g/${EVERY_RESERVED.repeat(600)}?a=:`, 6],
    ['a query as long as a request can be', `/sms/batches?message=${':'.repeat(15_900)}`, 6],
    ['a target without end', `/${':'.repeat(1_000_000)}`, 1],
  ])('are few for %s', (_, target, most) => {
    for (const isLoopbackHttp of [false, true]) {
      const texts = textsOf(target, { isLoopbackHttp });
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts.length).toBeLessThanOrEqual(isLoopbackHttp ? Math.min(2 * most, 40) : most);
      const characters = texts.slice(1).reduce((sum, text) => sum + text.length, texts[0]?.length ?? 0);
      if (texts.length > 1) expect(characters).toBeLessThanOrEqual(32 * 1024);
    }
  });

  test('begin with the ones of the usual clients', () => {
    const thread = '/chat/threads/19:abc@thread.v2/participants/:remove?api-version=2025-03-15';
    const encoded = '/chat/threads/19%3Aabc%40thread.v2/participants/:remove?api-version=2025-03-15';
    const [asShown, withoutPort, , asEncoded] = textsOf(thread);
    expect(asShown).toBe(`POST\n${thread}\n${DATE};${HOSTS[0]};${EMPTY_HASH}`);
    expect(withoutPort).toContain(`${HOSTS[1]};`);
    expect(asEncoded).toBe(`POST\n${encoded}\n${DATE};${HOSTS[0]};${EMPTY_HASH}`);
  });
});
