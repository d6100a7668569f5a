import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpApp, writeCertificate } from './functions-host-http-app.ts';
import { buildApp, HostProcess, type Ready, removeApp } from './functions-host-process.ts';

let folder: string;
let pems: string;
let host: HostProcess;
let ready: Ready;
let ca: string;

beforeAll(async () => {
  folder = await buildApp({ files: { 'app.js': httpApp } });
  pems = await mkdtemp(path.join(tmpdir(), 'pems-'));
  const { cert, certFile, keyFile } = await writeCertificate(pems);
  ca = cert;
  const tls = ['--tls-port', '0', '--cert', certFile, '--key', keyFile];
  host = new HostProcess(folder, [...tls, '--list-functions', '--function-key', 'default=key=='], {
    AzureFunctionsLocalKeys: '_master=root',
  });
  ready = await host.ready();
});

afterAll(async () => {
  await host.stop();
  await removeApp(folder);
  await rm(pems, { recursive: true });
});

const call = (target: string, init?: RequestInit) => fetch(ready.url + target, init);

/** Sends bytes as they are, and gives the status of the answer. */
async function sendRaw(text: string): Promise<string> {
  const socket = net.connect(Number(new URL(ready.url).port), '127.0.0.1');
  socket.write(text);
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return first.toString().split('\r\n', 1)[0] ?? '';
}

describe('HTTP through the functions host', () => {
  it('passes on method, decoded path, parameters, query, headers and body', async () => {
    const answer = await call('/Echo/8%3Aacs%3Ax%2Fy/:SAY/?a=1&A=2&b=%3A', {
      method: 'POST',
      body: 'héllo',
      headers: { 'X-Thing': 'v', 'content-type': 'text/plain' },
    });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({
      method: 'POST',
      url: `${ready.url}/Echo/8:acs:x%2Fy/:SAY/?a=1&A=2&b=%3A`,
      params: { id: '8:acs:x%2Fy' },
      query: { a: '1,2', b: ':' },
      headers: expect.objectContaining({ 'x-thing': 'v', 'content-type': 'text/plain', 'content-length': '6' }),
      body: 'héllo',
      hostname: new URL(ready.url).host,
    });
  });

  it('responds with the status, headers, cookies and length of what the app returned', async () => {
    const answer = await call('/echo/1/:say');
    expect(answer.headers.get('x-answer')).toBe('yes');
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/; HttpOnly']);
    expect(answer.headers.get('transfer-encoding')).toBeNull();
    expect(Number(answer.headers.get('content-length'))).toBe((await answer.arrayBuffer()).byteLength);
    const head = await call('/echo/1/:say', { method: 'HEAD' });
    expect(head.status).toBe(201);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it('passes any number of bytes through unchanged', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 256));
    const answer = await call('/bytes', { method: 'POST', body: bytes });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await (await call('/stream')).text()).toBe('one two');
  });

  it('drops the body of a chunked request and of a GET', async () => {
    const send = async (method: string, headers: http.OutgoingHttpHeaders) => {
      const request = http.request(`${ready.url}/echo/1/:say`, { method, headers });
      request.end('body');
      const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
      return (JSON.parse(Buffer.concat(await answer.toArray()).toString()) as { body: string }).body;
    };
    expect(await send('POST', { 'content-length': 4 })).toBe('body');
    expect(await send('PATCH', { 'content-length': 4 })).toBe('body');
    expect(await send('POST', { 'transfer-encoding': 'chunked' })).toBe('');
    expect(await send('GET', { 'content-length': 4 })).toBe('');
  });

  it('responds with 204 for no result, and with the content of an output of another name', async () => {
    expect((await call('/nothing')).status).toBe(204);
    expect((await call('/empty')).headers.get('content-length')).toBeNull();
    expect(await (await call('/named', { method: 'DELETE' })).text()).toBe('named');
  });

  it.each(['/broken', '/unwritable'])('answers 500 without a word when %s fails, and logs it all', async (target) => {
    const answer = await call(target);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('');
    await host.line(
      target === '/broken' ? /broken failed: TypeError: secret reason/ : /unwritable failed: RangeError/,
      host.errors,
    );
    await host.line(/^ {4}at /, host.errors);
  });

  it('registers no function after the start', async () => {
    expect((await call('/late')).status).toBe(500);
    await host.line(
      /late failed: Error: The function "later" can only be registered while the app starts/,
      host.errors,
    );
  });

  it.each([
    ['/missing', 'GET'],
    ['/echo/1', 'GET'],
    ['/echo/1/:say', 'DELETE'],
    ['/admin/host/status', 'GET'],
    ['/', 'GET'],
  ])('responds with 404 to %s with %s', async (target, method) => {
    expect((await call(target, { method })).status).toBe(404);
  });

  it.each([
    ['/guarded', {}, 401],
    ['/guarded', { 'x-functions-key': 'key==' }, 200],
    ['/guarded?code=key%3D%3D', {}, 200],
    ['/guarded?code=key%3D%3D', { 'x-functions-key': 'wrong' }, 401],
    ['/inner', { 'x-functions-key': 'key==' }, 401],
    ['/inner', { 'x-functions-key': 'root' }, 200],
  ])('responds to %s with %j with %i', async (target, headers, status) => {
    expect((await call(target, { headers })).status).toBe(status);
  });

  const JSON_BODY = { 'content-type': 'application/json' };

  it('runs a function by name for the administrator', async () => {
    const run = (name: string, key: string, body = '{"input":"x"}') =>
      call(`/admin/functions/${name}`, { method: 'POST', body, headers: { 'x-functions-key': key, ...JSON_BODY } });
    expect((await run('tick', 'key==')).status).toBe(401);
    expect((await run('TICK', 'root')).status).toBe(202);
    await host.line(/tick: ticked false/);
    expect((await run('tick', 'root', '{')).status).toBe(400);
    expect((await run('missing', 'root')).status).toBe(404);
    expect((await run('echo', 'root')).status).toBe(404);
  });

  it.each([
    ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\nHost: h/x\r\n\r\n', '400'],
    ['GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\n\r\n', '400'],
    ['nonsense\r\n\r\n', '400'],
    ['POST /bytes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857601\r\n\r\n', '413'],
  ])('responds to %j with %s and continues', async (text, status) => {
    expect(await sendRaw(text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await call('/nothing')).status).toBe(204);
  });

  it('survives a client that disconnects in the middle of its body', async () => {
    const socket = net.connect(Number(new URL(ready.url).port), '127.0.0.1');
    socket.write('POST /bytes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf');
    await once(socket, 'ready');
    socket.destroy();
    expect((await call('/nothing')).status).toBe(204);
  });

  it('keeps connections alive', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const port = async () => {
      const request = http.get(`${ready.url}/nothing`, { agent });
      const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
      const { localPort } = answer.socket;
      await answer.toArray();
      return localPort;
    };
    expect(await port()).toBe(await port());
    agent.destroy();
  });

  it('serves HTTPS and HTTP', async () => {
    const request = https.get(`${ready.tlsUrl}/echo/1/:say`, { ca });
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    const { url } = JSON.parse(Buffer.concat(await answer.toArray()).toString()) as { url: string };
    expect(url).toBe(`${ready.tlsUrl}/echo/1/:say`);
  });

  it('lists its functions with --list-functions', () => {
    expect(ready.functions).toContain('echo');
    expect(host.out.join('\n')).toContain(`echo: [GET,HEAD,POST,PUT,PATCH] ${ready.url}/echo/{id}/:say`);
    expect(host.out.join('\n')).toContain('tick: timerTrigger 0 0 0 1 1 *');
  });
});
