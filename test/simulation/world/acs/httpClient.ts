import { AbortError } from '@azure/abort-controller';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { SimulatedProcess, Simulation } from '../../engine/types.ts';
import { type History, intentIn } from '../history.ts';
import type { Acs } from './acs.ts';
import { readSendRequest } from './smsService.ts';
import type { WireRequest } from './wire.ts';

/** A connection that its client has closed delivers what is under way for this long. */
const IN_FLIGHT_MILLISECONDS = 500;

interface Link {
  readonly simulation: Simulation;
  readonly process: SimulatedProcess;
  readonly acs: Acs;
  readonly history: History;
}

/** The network between a process and ACS. */
export function createAcsHttpClient(link: Link): HttpClient {
  /** Retries of one request have one object. */
  const started = new WeakSet<PipelineRequest>();
  return {
    async sendRequest(request) {
      if (!started.has(request)) {
        started.add(request);
        recordStart(link, request);
      }
      return send(link, request);
    },
  };
}

function recordStart({ simulation, process, history }: Link, { url, method, body }: PipelineRequest): void {
  if (method !== 'POST' || new URL(url).pathname !== '/sms' || typeof body !== 'string') return;
  const { from, message, smsRecipients, smsSendOptions } = readSendRequest(body);
  history.requests.push({
    startedOn: simulation.now(),
    process: process.name,
    from,
    numbers: smsRecipients.map(({ to }) => to),
    ids: smsRecipients.map(({ repeatabilityRequestId }) => repeatabilityRequestId),
    tag: smsSendOptions?.tag ?? '',
    intent: intentIn(message),
    firstSent: Math.min(...smsRecipients.map((it) => Date.parse(it.repeatabilityFirstSent))),
  });
}

async function send({ simulation, process, acs }: Link, request: PipelineRequest): Promise<PipelineResponse> {
  const { abortSignal: signal } = request;
  if (signal?.aborted) throw new AbortError('The operation was aborted.');
  let abortedOn: number | undefined;
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    abortedOn = simulation.now();
    aborted.reject(new AbortError('The operation was aborted.'));
  };
  signal?.addEventListener('abort', abort);
  const wire = wireRequest(request); // as it is now: a retry signs it again
  const isSlow = simulation.faults.strikes('acsSlow');
  const answered = process.io(
    `ACS ${request.method} ${wire.target.split('?')[0]}`,
    () => {
      const isClosed = abortedOn !== undefined && simulation.now() - abortedOn > IN_FLIGHT_MILLISECONDS;
      return isClosed ? undefined : acs.receive(wire);
    },
    {
      lostBefore: 'acsRequestLost',
      lostAfter: 'acsResponseLost',
      latencyMilliseconds: isSlow ? [500, 14_000] : [15, 90],
    },
  );
  try {
    const answer = await Promise.race([answered, aborted.promise]);
    if (!answer) throw new AbortError('The operation was aborted.');
    const { status, headers, body } = answer;
    return { request, status, headers: createHttpHeaders({ ...headers }), bodyAsText: body };
  } finally {
    signal?.removeEventListener('abort', abort);
    answered.catch(() => undefined); // lost after the request was aborted: no caller waits for it
    aborted.promise.catch(() => undefined);
  }
}

function wireRequest({ url, method, headers, body }: PipelineRequest): WireRequest {
  const { pathname, search, host } = new URL(url);
  const sent = new Map(Object.entries(headers.toJSON()).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method,
    target: pathname + search,
    host,
    header: (name) => sent.get(name.toLowerCase()),
    body: typeof body === 'string' ? body : '',
  };
}
