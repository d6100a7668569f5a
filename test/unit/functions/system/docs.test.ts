import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { docs } from '../../../../functions/system/docs.ts';

// `npm run build` writes the page next to the functions; the sources have none.
test('redirects the address with a trailing slash, whose relative links would be wrong', async () => {
  const answer = await docs(new HttpRequest({ method: 'GET', url: 'https://switchboard.example/docs/' }));
  expect(answer).toMatchObject({ status: 308, headers: { location: expect.stringMatching(/(?:^|\/)docs$/) } });
});
