import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { docsFile } from '../../../../functions/system/docsFile.ts';

test.each(['package.json', 'page-AB12.js.map', ''])('has no file %j', async (file) => {
  const url = 'https://switchboard.example/docs/x';
  const answer = docsFile(new HttpRequest({ method: 'GET', url, params: { file } }));
  await expect(answer).rejects.toMatchObject({ code: 'NotFound', status: 404 });
});
