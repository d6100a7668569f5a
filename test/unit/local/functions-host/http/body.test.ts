import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { bodyLimitBytes, readBody } from '../../../../../infra/local/functions-host/http/request.ts';

const request = (sizeBytes?: number) => {
  const headers = sizeBytes === undefined ? {} : { 'content-length': `${sizeBytes}` };
  return Object.assign(new PassThrough(), { headers });
};

describe('body of a request', () => {
  it('arrives as the client sent it, in any number of chunks', async () => {
    const stream = request(6);
    const body = readBody(stream);
    stream.write('abc');
    stream.end('def');
    expect(await body).toEqual(Buffer.from('abcdef'));
  });

  it('is absent without a length, but is read completely', async () => {
    const stream = request();
    stream.end('chunked');
    expect(await readBody(stream)).toBe('none');
    expect(await readBody(request(0))).toBe('none');
  });

  it('is too large if it exceeds the limit by one byte', async () => {
    expect(await readBody(request(bodyLimitBytes + 1))).toBe('too large');
  });

  it('is gone if the client disconnects', async () => {
    const stream = request(6);
    const body = readBody(stream);
    stream.write('abc');
    stream.destroy();
    expect(await body).toBe('gone');
  });
});
