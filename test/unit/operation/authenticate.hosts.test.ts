import { describe, expect, test } from 'vitest';
import { signedHosts } from '../../../shared/operation/authenticate.ts';

const AZURE = { ownHosts: ['switchboard.contoso.com', 'app.azurewebsites.net'], isLocal: false };
const LOCAL = { ownHosts: ['127.0.0.1:7071'], isLocal: true };

describe('the hosts that a client may have signed', () => {
  test.each<[string, readonly string[], readonly string[], boolean]>([
    ['the public one', ['switchboard.contoso.com'], AZURE.ownHosts, true],
    ['the platform’s', ['app.azurewebsites.net'], ['app.azurewebsites.net', 'switchboard.contoso.com'], true],
    ['in other letters', ['APP.azurewebsites.net'], ['APP.azurewebsites.net', ...AZURE.ownHosts], true],
    ['with a port', ['app.azurewebsites.net:443'], ['app.azurewebsites.net:443', ...AZURE.ownHosts], true],
    ['a gateway’s', ['gateway.internal'], AZURE.ownHosts, false],
    ['of this machine', ['localhost:7071', '127.0.0.1'], AZURE.ownHosts, false],
    ['a longer one', ['switchboard.contoso.com.evil.example'], AZURE.ownHosts, false],
    ['none', [''], AZURE.ownHosts, false],
  ])('on Azure, where the request arrives under %s', (_, received, hosts, isOurs) => {
    expect(signedHosts(received, AZURE)).toEqual({ hosts, isOurs });
  });

  test.each<[readonly string[], readonly string[], boolean]>([
    [['127.0.0.1:7071'], ['127.0.0.1:7071'], true],
    [['localhost:9000'], ['localhost:9000', '127.0.0.1:7071'], true],
    [['[::1]:7071'], ['[::1]:7071', '127.0.0.1:7071'], true],
    [['attacker.example:7071'], ['127.0.0.1:7071'], false],
    [['127.0.0.1.evil.example'], ['127.0.0.1:7071'], false],
  ])('on this machine, where the request arrives under %j', (received, hosts, isOurs) => {
    expect(signedHosts(received, LOCAL)).toEqual({ hosts, isOurs });
  });
});
