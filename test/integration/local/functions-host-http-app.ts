import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';

/** An app with a function for each thing that the host does with HTTP. */
export const httpApp = `
import { Readable } from 'node:stream';
import { app, output } from '@azure/functions';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH'];
app.http('echo', { route: 'echo/{id}/:say', methods, handler: async (request) => ({
  status: 201,
  headers: { 'X-Answer': 'yes', 'Transfer-Encoding': 'chunked' },
  cookies: [{ name: 'a', value: '1' }, { name: 'b', value: '2', httpOnly: true }],
  jsonBody: {
    method: request.method,
    url: request.url,
    params: request.params,
    query: Object.fromEntries(request.query),
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
    hostname: process.env.WEBSITE_HOSTNAME,
  },
}) });
app.http('bytes', { methods: ['POST'], handler: async (request) => ({ body: new Uint8Array(await request.arrayBuffer()) }) });
app.http('stream', { handler: () => ({ body: Readable.from([Buffer.from('one '), Buffer.from('two')]) }) });
app.http('empty', { handler: () => ({ status: 204, headers: { 'content-length': '5' } }) });
app.http('late', { handler: () => app.http('later', { handler: () => undefined }) });
app.http('nothing', { handler: () => undefined });
app.http('broken', { handler: () => { throw new TypeError('secret reason'); } });
app.http('unwritable', { handler: () => ({ status: 99 }) });
app.http('guarded', { authLevel: 'function', handler: () => ({ body: 'in' }) });
app.http('inner', { authLevel: 'admin', handler: () => ({ body: 'in' }) });
app.generic('named', { trigger: { type: 'httpTrigger', name: 'request', authLevel: 'anonymous' },
  extraOutputs: [output.http({ name: 'answer' })],
  handler: (_, context) => context.extraOutputs.set('answer', { body: 'named' }) });
app.timer('tick', { schedule: '0 0 0 1 1 *', handler: (timer, context) => context.log('ticked', timer.isPastDue) });
`;

/** A certificate for the loopback address, as the files that the host is started with. */
export async function writeCertificate(folder: string) {
  const pair = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const files = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
  await writeFile(files.certFile, pair.cert);
  await writeFile(files.keyFile, pair.private);
  return { cert: pair.cert, ...files };
}
