// azd hook that runs before provisioning. A Flex Consumption subnet is delegated to Microsoft.App, a resource provider
// that Azure does not register automatically because none of its resources is deployed.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#considerations
import { spawnSync } from 'node:child_process';

const PROVIDER = 'Microsoft.App';

function az(...args: readonly string[]) {
  const subscription = process.env['AZURE_SUBSCRIPTION_ID'];
  const scope = subscription ? ['--subscription', subscription] : [];
  const isWindows = process.platform === 'win32'; // az is a .cmd there
  return spawnSync('az', ['provider', ...args, '--namespace', PROVIDER, ...scope], {
    encoding: 'utf8',
    shell: isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function registerProvider(): number {
  const { status, stdout, stderr, error } = az('show', '--query', 'registrationState', '--output', 'tsv');
  if (error || status !== 0) {
    console.warn(
      `PRIVATE_NETWORK requires the resource provider ${PROVIDER}, but its registration could not be checked with the Azure CLI: ${
        error ? 'az is not installed' : stderr.trim()
      }\nIf the deployment fails, register it once: az provider register --namespace ${PROVIDER} --wait`,
    );
    return 0; // it may be registered
  }
  if (stdout.trim() === 'Registered') return 0;
  console.log(`Registering the resource provider ${PROVIDER} …`);
  const registration = az('register', '--wait');
  if (registration.status === 0) return 0;
  console.error(`${PROVIDER} could not be registered: ${registration.stderr}`);
  return 1;
}

if (process.env['PRIVATE_NETWORK']?.trim().toLowerCase() === 'true') process.exitCode = registerProvider();
