import { stopTelemetry } from '../telemetry/telemetry.ts';
import { handlers } from './functions.ts';
import type { LoadedFunctions } from './registration.ts';
import { startTelemetryIfWanted } from './tracing.ts';

/** What is loaded after the start. A build imports all declarations here. */
export const loaded: LoadedFunctions = { handlers, startTelemetryIfWanted, stopTelemetry };
