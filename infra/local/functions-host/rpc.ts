/**
 * The protocol between the `@azure/functions` library and its host. Its types are in a module that only the Azure Functions
 * Node worker has (`@azure/functions-core`), so the parts that this host uses are declared here.
 *
 * @see https://github.com/Azure/azure-functions-nodejs-worker/blob/v4.x/types-core/index.d.ts
 */

export interface RpcNullableString {
  value?: string | null;
}

export interface RpcHttpCookie {
  name?: string | null;
  value?: string | null;
  domain?: RpcNullableString | null;
  path?: RpcNullableString | null;
  expires?: { value?: { seconds?: number | null } | null } | null;
  secure?: { value?: boolean | null } | null;
  httpOnly?: { value?: boolean | null } | null;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | null;
  maxAge?: { value?: number | null } | null;
}

export interface RpcHttpData {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, RpcNullableString>;
  nullableParams?: Record<string, RpcNullableString>;
  nullableQuery?: Record<string, RpcNullableString>;
  statusCode?: string | null;
  headers?: Record<string, string> | null;
  cookies?: RpcHttpCookie[] | null;
  body?: RpcTypedData | null;
}

export interface RpcTypedData {
  string?: string | null;
  json?: string | null;
  bytes?: Uint8Array | null;
  int?: number | null;
  double?: number | null;
  http?: RpcHttpData | null;
}

export interface RpcParameterBinding {
  name: string;
  data?: RpcTypedData | null;
}

export interface RpcBinding {
  readonly type: string;
  readonly direction: 'in' | 'out' | 'inout';
  readonly [property: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, RpcBinding>>;
  readonly retryOptions?: unknown;
}

export type FunctionCallback = (...inputsAndContext: unknown[]) => unknown;

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: {
    readonly invocationId: string;
    readonly functionId: string;
    readonly inputData: readonly RpcParameterBinding[];
    readonly triggerMetadata: Readonly<Record<string, RpcTypedData>>;
    readonly traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> };
  };
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationResponse {
  returnValue?: RpcTypedData | null;
  outputData?: RpcParameterBinding[] | null;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

/** Returns what a function has set for one of its output bindings. */
export function outputOf(response: InvocationResponse, binding: string | undefined): RpcTypedData | null | undefined {
  if (binding === '$return') return response.returnValue;
  return response.outputData?.find(({ name }) => name === binding)?.data;
}
