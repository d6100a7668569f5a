import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands before Azurite and can be closed, as a storage that is down. */
export async function startGate(target: URL) {
  const state: { open: boolean; refused: number } = { open: true, refused: 0 };
  const server = http.createServer((request, response) => {
    if (!state.open) {
      state.refused += 1;
      request.resume();
      response.writeHead(503).end();
      return;
    }
    const { method, headers, url } = request;
    const onward = http.request({ host: target.hostname, port: target.port, method, headers, path: url }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    open: () => {
      state.open = true;
    },
    close: () => {
      state.open = false;
    },
    refused: () => state.refused,
  };
}
