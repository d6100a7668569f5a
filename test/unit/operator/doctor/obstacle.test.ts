import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../../infra/local/acs-emulator/http/listener.ts';
import { describeObstacle, findObstacle, obstacleRemedy } from '../../../../infra/operator/doctor/obstacle.ts';
import { makeCertificate } from '../../../setup/credentials.ts';
import { acsServer, closedUrl, json } from '../../acs/fixtures.ts';

const deadline = () => AbortSignal.timeout(5_000);
let certificate: Awaited<ReturnType<typeof makeCertificate>>;

beforeAll(async () => {
  certificate = await makeCertificate();
});

afterAll(() => certificate.remove());

describe('a connection', () => {
  test('that succeeds has no obstacle', async () => {
    const { url } = await acsServer(json(200, {}));
    expect(await findObstacle(url, deadline())).toBeUndefined();
    expect(await findObstacle(url.replace('127.0.0.1', 'localhost'), deadline())).toBeUndefined();
  });

  test('fails at a closed port', async () => {
    const url = await closedUrl();
    const obstacle = await findObstacle(url, deadline());
    expect(obstacle).toEqual({ stage: 'connect', host: new URL(url).host, code: 'ECONNREFUSED' });
  });

  test('fails at an untrusted certificate', async () => {
    const { url, close } = await listen(
      { port: 0, tls: certificate },
      async (_request, response) => void response.end(),
    );
    onTestFinished(close);
    expect(await findObstacle(url, deadline())).toMatchObject({ stage: 'TLS', code: expect.stringMatching(/CERT/) });
  });

  test('fails at the deadline if the server is silent', async () => {
    const server = createServer().listen(0, '127.0.0.1'); // accepts connections but sends nothing
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const obstacle = await findObstacle(`https://127.0.0.1:${port}`, AbortSignal.timeout(50));
    expect(obstacle).toMatchObject({ stage: 'TLS', code: 'no response' });
  });
});

test.each([
  [
    { stage: 'DNS', host: 'nowhere.example:443', code: 'ENOTFOUND' },
    /nowhere\.example:443 in PUBLIC_URL cannot be resolved/,
    /Correct the name/,
  ],
  [{ stage: 'connect', host: '127.0.0.1:8787', code: 'ECONNREFUSED' }, /Cannot connect to/, /npm start/],
  [{ stage: 'connect', host: 'a.example:443', code: 'ETIMEDOUT' }, /Cannot connect to/, /firewall/],
  [{ stage: 'TLS', host: 'a.example:443', code: 'X' }, /certificate .* is not trusted/, /NODE_EXTRA_CA_CERTS/],
] as const)('%o is described with its remedy', (obstacle, text, remedy) => {
  expect(describeObstacle(obstacle, 'PUBLIC_URL')).toMatch(text);
  expect(obstacleRemedy(obstacle, 'PUBLIC_URL')).toMatch(remedy);
});
