import { createCommunicationAccessKeyCredentialPolicy } from '@azure/communication-common';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import { anyDate, anyKey, anyMethod, anyText, anyUrl } from './arbitraries.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The headers that the official client adds to a request. */
async function officialHeaders(
  method: string,
  url: string,
  body: string,
  key: string,
): Promise<Record<string, string>> {
  const policy = createCommunicationAccessKeyCredentialPolicy({ key });
  const request = createPipelineRequest({ method: method as HttpMethods, url, body });
  const send = (sent: PipelineRequest) => Promise.resolve({ request: sent, status: 200, headers: createHttpHeaders() });
  await policy.sendRequest(request, send);
  return request.headers.toJSON();
}

test('our signature is the one of the official client, for any request', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(anyMethod, anyUrl, anyText, anyKey, anyDate, async (method, url, body, key, date) => {
      vi.setSystemTime(date);
      const ours = () => sign({ method, url, body, date: new Date() }, importKey(key));
      if (!URL.canParse(url)) {
        expect(ours).toThrow(TypeError);
        await expect(officialHeaders(method, url, body, key)).rejects.toThrow(TypeError);
        return;
      }
      const expected = await officialHeaders(method, url, body, key);
      expect(ours()).toEqual(expected);
      expect(ours()).toEqual(expected); // now with the address and the date of the call before
      compared += 1;
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(1000);
});
