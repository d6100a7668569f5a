import { JsonList } from '../../contract/jsonList.ts';
import { MAXIMUM_BATCH_RECIPIENTS, type SubmitSmsBatchRequest, smsBatchRecipient } from '../../contract/smsBatch.ts';
import { invalidField } from '../../contract/switchboardError.ts';
import { withoutNulls } from '../../contract/validate.ts';
import { csvRecipients } from './csv/csvRecipients.ts';
import type { RecipientLine, RecipientSource } from './recipient.ts';
import { Template } from './template.ts';

/** The recipients of a request, from `csv`, `recipients` or `smsRecipients`. */
export function recipientSource(request: SubmitSmsBatchRequest): RecipientSource {
  if (request.csv !== undefined) return csvRecipients(request.csv, new Template(request.message).placeholders);
  if (request.recipients !== undefined) {
    return listedSource('recipients', request.recipients, (it) => (typeof it === 'string' ? it : undefined));
  }
  const numberIn = (it: unknown) => smsBatchRecipient.safeParse(withoutNulls(it)).data?.to;
  return listedSource('smsRecipients', request.smsRecipients ?? [], numberIn);
}

function listedSource(
  target: string,
  list: readonly unknown[] | JsonList,
  numberIn: (element: unknown) => string | undefined,
): RecipientSource {
  const rowsRead = () => (list instanceof JsonList ? list.count : list.length);
  return { lines: listedRecipients(target, list, numberIn), rowsRead };
}

/** Usual minimum size of a CSV line or a JSON element with a phone number. */
const LINE_BYTES = 13;

/** Estimates the number of recipients, usually not too low. */
export function expectedRecipients({ recipients, smsRecipients, csv }: SubmitSmsBatchRequest): number {
  const list = recipients ?? smsRecipients;
  if (Array.isArray(list)) return list.length;
  const csvSize = typeof csv === 'string' ? csv.length : csv?.bytes.length;
  const sizeBytes = list?.sizeBytes ?? csvSize ?? 0;
  return Math.min(Math.ceil(sizeBytes / LINE_BYTES), MAXIMUM_BATCH_RECIPIENTS);
}

/** @throws SwitchboardError `InvalidRequest` for an invalid element; only long lists are validated as late as this */
function* listedRecipients(
  target: string,
  list: Iterable<unknown>,
  numberIn: (element: unknown) => string | undefined,
): Generator<RecipientLine> {
  let line = 0;
  for (const element of list) {
    const to = numberIn(element);
    if (to === undefined) throw invalidField(`${target}[${line}]`, 'is not a recipient');
    line += 1;
    yield { line, to };
  }
}
