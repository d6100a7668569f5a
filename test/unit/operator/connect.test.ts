import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../infra/local/acs-emulator/http/listener.ts';
import { obstacleRemedy, obstacleText, obstacleTo } from '../../../infra/operator/doctor/connect.ts';
import { makeCertificate } from '../../setup/certificate.ts';
import { acsServer, closedUrl, json } from '../acs/fixtures.ts';

const deadline = () => AbortSignal.timeout(5_000);
let certificate: Awaited<ReturnType<typeof makeCertificate>>;

beforeAll(async () => {
  certificate = await makeCertificate();
});

afterAll(() => certificate.remove());

describe('a connection', () => {
  test('that can be had has no obstacle', async () => {
    const { url } = await acsServer(json(200, {}));
    expect(await obstacleTo(url, deadline())).toBeUndefined();
    expect(await obstacleTo(url.replace('127.0.0.1', 'localhost'), deadline())).toBeUndefined();
  });

  test('ends where nobody listens', async () => {
    const url = await closedUrl();
    const obstacle = await obstacleTo(url, deadline());
    expect(obstacle).toEqual({ stage: 'connect', host: new URL(url).host, code: 'ECONNREFUSED' });
  });

  test('ends at a certificate that nobody trusts', async () => {
    const { url, close } = await listen(
      { port: 0, tls: certificate },
      async (_request, response) => void response.end(),
    );
    onTestFinished(close);
    expect(await obstacleTo(url, deadline())).toMatchObject({ stage: 'TLS', code: expect.stringMatching(/CERT/) });
  });

  test('ends at the deadline, where nobody answers', async () => {
    const server = createServer().listen(0, '127.0.0.1'); // takes connections, and says nothing
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const obstacle = await obstacleTo(`https://127.0.0.1:${port}`, AbortSignal.timeout(50));
    expect(obstacle).toMatchObject({ stage: 'TLS', code: 'no answer' });
  });
});

test.each([
  [
    { stage: 'DNS', host: 'nowhere.example:443', code: 'ENOTFOUND' },
    /nowhere\.example:443 of PUBLIC_URL is not known/,
    /Correct the name/,
  ],
  [{ stage: 'connect', host: '127.0.0.1:8787', code: 'ECONNREFUSED' }, /Nothing can be reached/, /npm start/],
  [{ stage: 'connect', host: 'a.example:443', code: 'ETIMEDOUT' }, /Nothing can be reached/, /firewall/],
  [{ stage: 'TLS', host: 'a.example:443', code: 'X' }, /certificate .* is not trusted/, /NODE_EXTRA_CA_CERTS/],
] as const)('%o is told with its way out', (obstacle, text, remedy) => {
  expect(obstacleText(obstacle, 'PUBLIC_URL')).toMatch(text);
  expect(obstacleRemedy(obstacle, 'PUBLIC_URL')).toMatch(remedy);
});
