import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { bodyLimitBytes, readBody } from '../../../../../infra/local/functions-host/http/request.ts';

const request = (sizeBytes?: number) => {
  const headers = sizeBytes === undefined ? {} : { 'content-length': `${sizeBytes}` };
  return Object.assign(new PassThrough(), { headers });
};

describe('body of a request', () => {
  it('comes as the client sent it, in however many pieces', async () => {
    const stream = request(6);
    const body = readBody(stream);
    stream.write('abc');
    stream.end('def');
    expect(await body).toEqual(Buffer.from('abcdef'));
  });

  it('is none without a length, and is read to its end all the same', async () => {
    const stream = request();
    stream.end('chunked');
    expect(await readBody(stream)).toBe('none');
    expect(await readBody(request(0))).toBe('none');
  });

  it('is too large from one byte over the limit on', async () => {
    expect(await readBody(request(bodyLimitBytes + 1))).toBe('too large');
  });

  it('is gone with its client', async () => {
    const stream = request(6);
    const body = readBody(stream);
    stream.write('abc');
    stream.destroy();
    expect(await body).toBe('gone');
  });
});
