import { defineRoute } from '../../http/route.ts';
import { sevenDigits } from '../../identity/tokenRequest.ts';

const LIFE_MILLISECONDS = 60 * 60 * 1000;

/** Stands in for Entra ID, so that calls with a managed identity work without Azure. */
export const route = defineRoute({
  method: 'POST',
  path: '/_emulator/entraToken',
  service: 'emulator',
  auth: 'none',
  handle: async (_call, emulator) => {
    const expiresOn = new Date(emulator.now().getTime() + LIFE_MILLISECONDS);
    const token = await emulator.tokens.issueEntraToken(expiresOn);
    return { status: 200, body: { token, expiresOn: sevenDigits(expiresOn) } };
  },
});
