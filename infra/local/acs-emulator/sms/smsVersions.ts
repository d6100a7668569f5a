// What each api-version of the SMS service includes. They are dates, and sort as text; `…-preview` sorts after its date.
// See Azure/azure-rest-api-specs, specification/communication/data-plane/Sms.

/** The api-versions that include opt-outs. */
export const OPT_OUT_VERSIONS = ['2024-12-10-preview', '2025-05-29-preview', '2025-08-01-preview', '2026-01-23'];

/** The api-versions that include `GET /deliveryReports`. */
export const REPORT_VERSIONS = ['2025-08-01-preview', '2026-01-23'];

export function hasReportTimeout(apiVersion: string): boolean {
  return apiVersion >= '2024-02-05';
}

/** How `messagingConnect` passes what the partner needs: not at all, as `apiKey`, or as `partnerParams`. */
export function messagingConnectForm(apiVersion: string): 'absent' | 'apiKey' | 'partnerParams' {
  if (apiVersion < '2025-05-29') return 'absent';
  return apiVersion < '2026-01-23' ? 'apiKey' : 'partnerParams';
}

/** Whether validation errors are problem+json. */
export function hasProblemErrors(apiVersion: string): boolean {
  return apiVersion >= '2026-01-23';
}

/** Whether message ids are a timestamp and a UUID only, as in the examples of 2026-01-23. */
export function hasPlainMessageIds(apiVersion: string): boolean {
  return apiVersion >= '2026-01-23';
}
