import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { hostileText } from './hostile.ts';
import { startOtlpReceiver } from './otlp.ts';
import { type OwnStack, startOwnStack } from './ownstack.ts';

/** Stands in everything that hostile callers write. */
export const MARKER = `Marker${crypto.randomUUID().replaceAll('-', '')}`;
export const HOSTILE = hostileText(MARKER);

/** A stack whose logs and telemetry are read. */
export interface WatchedStack extends OwnStack {
  /** No line of a host's log, and nothing that telemetry sends, holds what a caller has written. */
  expectNothing(what: string): void;
}

/** Also loads every function, so that the operations are declared in this process. */
export async function startWatchedStack(): Promise<WatchedStack> {
  const receiver = await startOtlpReceiver();
  const stack = await startOwnStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
  });
  for (const file of globSync('functions/**/*.ts')) await import(resolve(file));
  return {
    ...stack,
    expectNothing(what) {
      const lines = stack.log.filter((line) => !line.startsWith('[acs]')); // ACS itself logs what it likes
      expect(
        lines.filter((line) => line.includes(MARKER) || line.includes('forged')),
        what,
      ).toEqual([]);
      expect(
        receiver.bodies.filter((it) => it.includes(MARKER)).map((it) => it.slice(0, 2000)),
        what,
      ).toEqual([]);
      expect(receiver.bodies.length).toBeGreaterThan(0);
    },
    async stop() {
      await stack.stop();
      receiver.close();
    },
  };
}
