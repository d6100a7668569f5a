import type { HttpClient } from '@azure/core-rest-pipeline';
import { type ChatUsers, createChatUsers } from './acs/chatUsers.ts';
import { createAcsProbe } from './acs/probe.ts';
import { type AcsSession, createSession } from './acs/session.ts';
import { createTransport } from './acs/transport.ts';
import { createUserProofs, type UserProofs } from './acs/userProofs.ts';
import { DROPPED_EVENTS_TABLE } from './acsevents/droppedEvents.ts';
import type { AcsEventContext } from './acsevents/recordEvents.ts';
import { type AuditPage, type AuditQuery, listAuditEntries } from './audit/auditLog.ts';
import { type Audit, createAudit, NO_AUDIT } from './audit/auditRecorder.ts';
import { type Client, type Clients, createClients } from './clients/clients.ts';
import { createEmailContext, type EmailContext } from './email/emailContext.ts';
import { createReadiness, type Readiness } from './health/checkReadiness.ts';
import { type AnswerLedger, createAnswerLedger } from './idempotency/answerLedger.ts';
import { SignatureReplays } from './idempotency/signatureReplays.ts';
import { createIdentities, type Identities } from './identities/identities.ts';
import { type ClientLimits, createClientLimits } from './limits/limits.ts';
import { createOptOuts, type OptOuts } from './optouts/optOuts.ts';
import { createServerSecret, type ServerSecret } from './secret/serverSecret.ts';
import { readSettings, type Settings } from './settings/settings.ts';
import { type BatchContext, createBatchContext } from './smsbatch/batchContext.ts';
import { createSmsReportContext, type SmsReportContext } from './smsreports/smsReports.ts';
import { createStorageReach } from './storage/reach.ts';
import { createStorage, type Storage } from './storage/storage.ts';

/** Everything that the functions of one process share. Only this file constructs it; tests construct their own. */
export interface Runtime {
  readonly settings: Settings;
  readonly clients: Clients;
  readonly storage: Storage;
  readonly chatUsers: ChatUsers;
  readonly identities: Identities;
  readonly userProofs: UserProofs;
  readonly smsBatches: BatchContext;
  readonly emails: EmailContext;
  readonly smsReports: SmsReportContext;
  readonly acsEvents: AcsEventContext;
  readonly optOuts: OptOuts;
  readonly limits: ClientLimits;
  /** Writes entries of the audit log. */
  readonly audit: Audit;
  /** Reads entries of the audit log. */
  readonly auditLog: (reader: Client, query: AuditQuery) => Promise<AuditPage>;
  /** Stored answers, by Idempotency-Key or message id. */
  readonly answers: AnswerLedger;
  /** Checks storage and ACS. */
  readonly readiness: () => Promise<Readiness>;
  /** Derives ids and authentication codes. Read from storage on first use. */
  readonly secret: () => Promise<ServerSecret>;
  /** Recent signatures. */
  readonly replays: SignatureReplays;
  readonly now: () => Date;
  /** @param publicUrl where the caller reaches Switchboard, without a trailing slash */
  acs(publicUrl: string, clientRequestId: string): AcsSession;
}

/** @param httpClient sends requests to ACS; by default, over the network */
export function createRuntime(
  settings: Settings,
  now: () => Date = () => new Date(),
  storage: Storage = createStorage(settings.storage),
  httpClient?: HttpClient,
): Runtime {
  const { tables } = storage;
  const milliseconds = () => now().getTime();
  const secret = createServerSecret(tables);

  const { acs: access, acsApiVersions: apiVersions } = settings;
  const transport = createTransport({ access, apiVersions, now, httpClient });
  const acs: Runtime['acs'] = (publicUrl, clientRequestId) =>
    createSession(transport, { publicUrl, apiVersions, clientRequestId });
  const readiness = createReadiness({
    storage: createStorageReach(settings.storage).call,
    acs: createAcsProbe({ access, apiVersions, now, httpClient }),
    now: milliseconds,
  });

  const clients = createClients(settings.clients, settings.defaultLimits);
  const limits = createClientLimits(tables, secret, milliseconds);
  const chatUsers = createChatUsers(tables, now);
  const userProofs = createUserProofs(now);
  const identities = createIdentities(tables, chatUsers, userProofs);
  const optOuts = createOptOuts(tables, milliseconds, settings.smsOptOutKeywords);
  const audit = settings.auditRetentionDays === 0 ? NO_AUDIT : createAudit(tables);
  const auditLog: Runtime['auditLog'] = (reader, query) => listAuditEntries(tables, reader, query);

  const own = { storage, now: milliseconds, acs: (id: string) => acs(settings.ownUrl, id) };
  const smsReports = createSmsReportContext(storage, milliseconds);
  const emails = createEmailContext({ ...own, settings: settings.email });
  const smsBatches = createBatchContext({ ...own, clients, optOuts, audit, secret, settings: settings.sms });
  const acsEvents = {
    ...{ storage, emails, smsReports, smsBatches, optOuts, now: milliseconds },
    droppedEvents: tables.table(DROPPED_EVENTS_TABLE),
    ownResourceId: settings.acsResourceId,
  };

  return {
    ...{ settings, now, storage, secret, acs, readiness },
    ...{ clients, limits, chatUsers, identities, userProofs, optOuts, audit, auditLog },
    ...{ smsReports, emails, smsBatches, acsEvents },
    answers: createAnswerLedger(tables),
    replays: new SignatureReplays(milliseconds),
  };
}

let runtime: Runtime | undefined;

/**
 * The runtime of this process, constructed from its environment on first use.
 *
 * @throws SettingsError as long as the settings are invalid
 */
export function processRuntime(): Runtime {
  runtime ??= createRuntime(readSettings());
  return runtime;
}
