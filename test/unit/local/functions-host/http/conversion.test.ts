import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { toRpcRequest } from '../../../../../infra/local/functions-host/http/request.ts';

const convert = (parts: { rawHeaders?: string[]; query?: string; method?: string; body?: Buffer; id?: string } = {}) =>
  toRpcRequest(
    { method: parts.method ?? 'POST', rawHeaders: parts.rawHeaders ?? [] },
    { url: 'http://h/a', path: '/a', query: parts.query ?? '', asSent: '/%61?q' },
    parts.id === undefined ? {} : { id: parts.id },
    parts.body,
  );

describe('conversion of a request', () => {
  it('lower-cases header names and joins repeated ones', () => {
    const { nullableHeaders } = convert({ rawHeaders: ['X-A', '1', 'x-a', '2', 'Cookie', 'a=1', 'cookie', 'b=2'] });
    expect({ ...nullableHeaders }).toMatchObject({ 'x-a': { value: '1,2' }, cookie: { value: 'a=1; b=2' } });
  });

  it('passes on the URL as sent, like App Service, even if the caller sets that header', () => {
    for (const rawHeaders of [[], ['X-WAWS-Unencoded-Url', '/b']]) {
      expect(convert({ rawHeaders }).nullableHeaders?.['x-waws-unencoded-url']).toEqual({ value: '/%61?q' });
    }
  });

  it('joins repeated query keys in any case', () => {
    const { nullableQuery } = convert({ query: 'A=1&a=2&b=x%20y+z&c' });
    expect({ ...nullableQuery }).toEqual({ A: { value: '1,2' }, b: { value: 'x y z' }, c: { value: '' } });
  });

  it('accepts keys that are also properties of objects', () => {
    const { nullableQuery } = convert({ query: '__proto__=1&constructor=2' });
    expect(Object.keys(nullableQuery ?? {})).toEqual(['__proto__', 'constructor']);
  });

  it('is readable by the library', async () => {
    const data = convert({
      rawHeaders: ['Content-Type', 'text/plain'],
      query: 'q=1',
      id: '8:acs',
      body: Buffer.from('é'),
    });
    const request = new HttpRequest(data as ConstructorParameters<typeof HttpRequest>[0]);
    expect(request.method).toBe('POST');
    expect(request.url).toBe('http://h/a');
    expect(request.params).toEqual({ id: '8:acs' });
    expect([...request.query]).toEqual([['q', '1']]);
    expect(request.headers.get('content-type')).toBe('text/plain');
    expect(await request.text()).toBe('é');
  });
});
