import { type ChatUsers, createChatUsers } from '../acs/chatusers.ts';
import { type AcsSession, createSession } from '../acs/session.ts';
import { createTransport } from '../acs/transport.ts';
import { type AcsEvents, createAcsEvents } from '../acsevents/record.ts';
import { type Clients, createClients } from '../clients/clients.ts';
import { createEmailEngine, type EmailEngine } from '../emailstatus/engine.ts';
import { recordEmailReport } from '../emailstatus/reports.ts';
import { createOptOuts, type OptOuts } from '../optouts/optouts.ts';
import { readSettings, type Settings } from '../settings.ts';
import { type BatchEngine, createEngine } from '../smsbatch/engine.ts';
import { recordBatchReport } from '../smsbatch/reports.ts';
import { createSmsReports, type SmsReports } from '../smsreports/reports.ts';
import { createStorage, type Storage } from '../storage/storage.ts';
import { type AnswerLedger, createAnswerLedger } from './answerledger.ts';
import { batchOutcome, mailOutcome, receivedSmsSink, smsReportOutcome } from './messageoutcomes.ts';
import { emitOutcome } from './outcome.ts';

/** What every function of one process shares. Tests make their own. */
export interface Runtime {
  readonly settings: Settings;
  readonly clients: Clients;
  readonly storage: Storage;
  readonly chatUsers: ChatUsers;
  readonly smsBatches: BatchEngine;
  readonly emails: EmailEngine;
  readonly smsReports: SmsReports;
  readonly acsEvents: AcsEvents;
  readonly optOuts: OptOuts;
  /** The answers of operations that their callers have named. */
  readonly answers: AnswerLedger;
  readonly now: () => Date;
  /** @param publicUrl where the caller reaches Switchboard, no slash at the end */
  acs(publicUrl: string, clientRequestId: string): AcsSession;
}

const CHAT_IDENTITIES_TABLE = 'chatidentities';
const ANSWERS_TABLE = 'answers';

export function createRuntime(
  settings: Settings,
  now: () => Date = () => new Date(),
  storage: Storage = createStorage(settings.storage),
): Runtime {
  const apiVersions = settings.acsApiVersions;
  const transport = createTransport({ access: settings.acs, apiVersions, now });
  const acs: Runtime['acs'] = (publicUrl, clientRequestId) =>
    createSession(transport, { publicUrl, apiVersions, clientRequestId });
  const smsReports = createSmsReports({
    tables: storage.tables,
    now: () => now().getTime(),
    tell: (messageId, message) => emitOutcome(storage, smsReportOutcome(messageId, message, now())),
  });
  const emails = createEmailEngine({
    storage,
    settings: settings.email,
    now: () => now().getTime(),
    acs: (clientRequestId) => acs(settings.ownUrl, clientRequestId),
    tell: (mail, outcome) => emitOutcome(storage, mailOutcome(mail, outcome, now())),
  });
  const optOuts = createOptOuts(storage.tables, () => now().getTime());
  const smsBatches = createEngine({
    storage,
    optOuts,
    settings: settings.sms,
    now: () => now().getTime(),
    acs: (clientRequestId) => acs(settings.ownUrl, clientRequestId),
    tell: (event, batch, counts) => emitOutcome(storage, batchOutcome(event, batch, counts, now())),
  });
  return {
    settings,
    clients: createClients(settings.clients),
    storage,
    chatUsers: createChatUsers(storage.tables.table(CHAT_IDENTITIES_TABLE), now),
    optOuts,
    smsBatches,
    emails,
    smsReports,
    acsEvents: createAcsEvents({
      tables: storage.tables,
      now,
      ownResourceId: settings.acsResourceId,
      sinks: {
        email: (report) => recordEmailReport(emails, report),
        batch: (report) => recordBatchReport(smsBatches, report),
        sms: smsReports.record,
        received: receivedSmsSink(storage, now, optOuts),
      },
    }),
    answers: createAnswerLedger(storage.tables.table(ANSWERS_TABLE)),
    now,
    acs,
  };
}

let runtime: Runtime | undefined;

/**
 * The process's own runtime, made from its environment at the first call.
 *
 * @throws SettingsError as long as the settings cannot be used
 */
export function processRuntime(): Runtime {
  runtime ??= createRuntime(readSettings());
  return runtime;
}
