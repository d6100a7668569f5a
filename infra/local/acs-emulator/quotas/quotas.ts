/** Recipients per minute, by kind of sender (`tollFree`, `shortCode`, `alphanumeric`) or by exact sender. */
export type SmsRates = Readonly<Record<string, number>>;

/** Requests per time span; unlimited where absent. */
export interface EmailLimits {
  readonly sendsPerMinute?: number;
  readonly sendsPerHour?: number;
  readonly readsPerMinute?: number;
  readonly readsPerHour?: number;
}

/** By kind of the sender's domain: the customer's own, or an Azure-managed one. */
export interface EmailRates {
  readonly custom?: EmailLimits;
  readonly managed?: EmailLimits;
}

/** Requests per 30 seconds by operation; unlimited where absent. */
export interface IdentityRates {
  readonly createIdentity?: number;
  readonly deleteIdentity?: number;
  readonly issueAccessToken?: number;
  readonly revokeAccessTokens?: number;
  readonly exchangeTeamsUserAccessToken?: number;
}

/** The rates above which the emulator answers 429. A service without rates is unlimited. */
export interface Quotas {
  readonly sms?: SmsRates;
  readonly email?: EmailRates;
  readonly identity?: IdentityRates;
}
