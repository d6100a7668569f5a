import { ServiceError } from './serviceError.ts';

export type ServiceName = 'identity' | 'sms' | 'email' | 'chat' | 'emulator';

/** The api-versions of each service, oldest first, as in Azure/azure-rest-api-specs (communication, data-plane). */
export const API_VERSIONS: Readonly<Record<ServiceName, readonly string[]>> = {
  identity: [
    '2020-07-20-preview2',
    '2021-02-22-preview1',
    '2021-03-07',
    '2021-03-31-preview1',
    '2021-10-31-preview',
    '2022-06-01',
    '2022-10-01',
    '2023-10-01',
    '2025-03-02-preview',
    '2025-06-30',
  ],
  sms: [
    '2020-07-20-preview1',
    '2021-03-07',
    '2024-01-14-preview',
    '2024-02-05-preview',
    '2024-12-10-preview',
    '2025-05-29-preview',
    '2025-08-01-preview',
    '2026-01-23',
  ],
  email: [
    '2021-10-01-preview',
    '2023-01-15-preview',
    '2023-03-31',
    '2024-07-01-preview',
    '2025-01-15-preview',
    '2025-09-01',
  ],
  chat: [
    '2020-09-21-preview2',
    '2021-03-07',
    '2021-09-07',
    '2022-04-21-preview8',
    '2023-04-01-preview',
    '2023-07-01-preview',
    '2023-11-07',
    '2023-11-15-preview',
    '2024-03-07',
    '2024-06-05-preview',
    '2025-03-15',
  ],
  emulator: [],
};

/**
 * A date, optionally with a status that starts with a letter. ASP.NET names any other version `InvalidApiVersion`, as in
 * Azure/azure-rest-api-specs, Sms/stable/2026-01-23/examples/OptOutRemove.json.
 */
const WELL_FORMED = /^\d{4}-\d{2}-\d{2}(?:-[A-Za-z][A-Za-z0-9]*)?$/;

interface VersionedRoute {
  readonly service: ServiceName;
  /** If it differs from its service's. */
  readonly versions?: readonly string[];
}

/**
 * Reads and checks the request's api-version.
 *
 * @param uri the request's URI, for the error message
 * @throws ServiceError 400 `ApiVersionUnspecified`, `InvalidApiVersion` or `UnsupportedApiVersion`
 */
export function requireApiVersion(
  { service, versions = API_VERSIONS[service] }: VersionedRoute,
  query: URLSearchParams,
  uri: string,
): string {
  const version = query.get('api-version');
  if (!version) {
    throw versionError(service, 'ApiVersionUnspecified', 'An API version is required, but was not specified.');
  }
  if (versions.includes(version)) return version;
  throw versionError(
    service,
    WELL_FORMED.test(version) ? 'UnsupportedApiVersion' : 'InvalidApiVersion',
    `The HTTP resource that matches the request URI '${uri}' does not support the API version '${version}'.`,
  );
}

/** SMS adds `innerError`. @see Azure/azure-rest-api-specs, Sms/stable/2026-01-23/examples/OptOutCheck.json */
function versionError(service: ServiceName, code: string, message: string): ServiceError {
  const inner = service === 'sms' ? { innerError: null } : {};
  return new ServiceError(400, code, message, { body: { error: { code, message, ...inner } } });
}
