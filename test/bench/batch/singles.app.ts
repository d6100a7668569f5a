/** The obvious design, as a functions app: each queue message is one SMS or email and one request to ACS. */
import { app } from '@azure/functions';
import { importKey, sign } from '../../../shared/signing/sign.ts';

const [, endpoint = '', accessKey = ''] =
  /^endpoint=(.*?)\/*;accesskey=(.*)$/.exec(process.env['ACS_CONNECTION_STRING'] ?? '') ?? [];
const url = `${endpoint}${process.env['SINGLES_PATH']}`;
const key = importKey(accessKey);

app.storageQueue('sendOne', {
  queueName: '%SINGLES_QUEUE%',
  connection: 'AzureWebJobsStorage',
  handler: async (message) => {
    const body = JSON.stringify(message);
    const { host: _host, ...signature } = sign({ method: 'POST', url, body, date: new Date() }, key);
    const headers = { 'content-type': 'application/json', ...signature };
    const response = await fetch(url, { method: 'POST', headers, body });
    await response.text();
    if (!response.ok) throw new Error(`ACS answered ${response.status}.`);
  },
});
