/** Recipients per minute, by kind of sender (`tollFree`, `shortCode`, `alphanumeric`) or by exact sender. */
export type SmsRates = Readonly<Record<string, number>>;

/** Requests per time span; unlimited where absent. */
export interface EmailLimits {
  readonly sendsPerMinute?: number | undefined;
  readonly sendsPerHour?: number | undefined;
  readonly readsPerMinute?: number | undefined;
  readonly readsPerHour?: number | undefined;
}

/** By kind of the sender's domain: the customer's own, or an Azure-managed one. */
export interface EmailRates {
  readonly custom?: EmailLimits | undefined;
  readonly managed?: EmailLimits | undefined;
}

/** Requests per 30 seconds by operation; unlimited where absent. */
export interface IdentityRates {
  readonly createIdentity?: number | undefined;
  readonly deleteIdentity?: number | undefined;
  readonly issueAccessToken?: number | undefined;
  readonly revokeAccessTokens?: number | undefined;
  readonly exchangeTeamsUserAccessToken?: number | undefined;
}

/** The rates above which the emulator answers 429. A service without rates is unlimited. */
export interface Quotas {
  readonly sms?: SmsRates | undefined;
  readonly email?: EmailRates | undefined;
  readonly identity?: IdentityRates | undefined;
}
