/** Whether this is `npm run test:all`: long tests run as well, and random ones draw more inputs. */
export const isFullRun = process.env['TEST_ALL'] === '1';

/** How much a test does in `npm test`, and in `npm run test:all`. */
export function effort<Quick, Full>(quick: Quick, full: Full): Quick | Full {
  return isFullRun ? full : quick;
}
