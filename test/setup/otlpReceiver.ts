import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** OTLP over HTTP in JSON, as far as tests look at it. @see OpenTelemetry Protocol 1.x, "JSON Protobuf Encoding" */
const value = z
  .object({
    stringValue: z.string().optional(),
    intValue: z.union([z.number(), z.string()]).optional(),
    doubleValue: z.number().optional(),
    boolValue: z.boolean().optional(),
  })
  .transform((it) => it.stringValue ?? it.doubleValue ?? it.boolValue ?? Number(it.intValue));
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((list) => Object.fromEntries(list.map((it) => [it.key, it.value])));
const resource = z.object({ attributes });

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  kind: z.int(),
  attributes,
  status: z.object({ code: z.int().default(0), message: z.string().optional() }),
  links: z.array(z.object({ traceId: z.string() })).default([]),
});
const traces = z.object({
  resourceSpans: z.array(z.object({ resource, scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});

const points = z.object({
  dataPoints: z.array(
    z.object({
      attributes,
      asInt: z.coerce.number().optional(),
      asDouble: z.number().optional(),
      sum: z.number().optional(),
    }),
  ),
});
const metric = z.object({
  name: z.string(),
  unit: z.string(),
  sum: points.optional(),
  gauge: points.optional(),
  histogram: points.optional(),
});
const metrics = z.object({
  resourceMetrics: z.array(z.object({ resource, scopeMetrics: z.array(z.object({ metrics: z.array(metric) })) })),
});

export type ReceivedSpan = z.output<typeof span>;
export type ReceivedMetric = z.output<typeof metric>;

/** A collector on this machine, which keeps what it gets. */
export interface OtlpReceiver {
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  readonly metrics: readonly ReceivedMetric[];
  readonly services: ReadonlySet<unknown>;
  /** All that came, as it came. */
  readonly bodies: readonly string[];
  close(): void;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const received: ReceivedMetric[] = [];
  const services = new Set<unknown>();
  const bodies: string[] = [];
  const receive = (path: string | undefined, body: string) => {
    bodies.push(body);
    if (path === '/v1/traces') {
      for (const it of traces.parse(JSON.parse(body)).resourceSpans) {
        services.add(it.resource.attributes['service.name']);
        spans.push(...it.scopeSpans.flatMap((scope) => scope.spans));
      }
    } else if (path === '/v1/metrics') {
      for (const it of metrics.parse(JSON.parse(body)).resourceMetrics) {
        received.push(...it.scopeMetrics.flatMap((scope) => scope.metrics));
      }
    } else throw new Error(`Nothing is received at ${path}.`);
  };
  const server = createServer(async (request, response) => {
    try {
      receive(request.url, await text(request));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, spans, metrics: received, services, bodies, close: () => void server.close() };
}
