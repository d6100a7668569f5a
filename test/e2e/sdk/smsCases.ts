import { SmsClient as BetaSmsClient } from '@azure/communication-sms-beta';
import { SENDER, uniquePhone, uniqueSender } from '../../setup/names.ts';
import { withWrongKey } from '../targets.ts';
import type { Case, Cases, MemberCases, Side } from './side.ts';

const message = 'Hello 👋';

const send =
  (request: object, options?: object): Case =>
  ({ sms }) =>
  () =>
    sms.send({ from: SENDER, to: [uniquePhone()], message, ...request }, options);

/** `optOuts` exists in the beta only. */
const optOuts = ({ target, options }: Side, connectionString = target.connectionString) =>
  new BetaSmsClient(connectionString, options).optOuts;

/** What all three calls of the opt-out API have in common. */
function refusedBy(member: 'add' | 'check' | 'remove'): Cases {
  return {
    'a sender that cannot be one': (side) => () => optOuts(side)[member]('not a sender!', [uniquePhone()]),
    'no recipients': (side) => () => optOuts(side)[member](SENDER, []),
    'too many recipients': (side) => () => optOuts(side)[member](SENDER, Array.from({ length: 101 }, uniquePhone)),
    'a wrong key': (side) => () => optOuts(side, withWrongKey(side.target))[member](SENDER, []),
  };
}

export const SMS_CASES: Readonly<Record<string, MemberCases>> = {
  'SmsClient.send': {
    succeeds: {
      'several recipients': send({ to: [uniquePhone(), uniquePhone()] }),
      'a delivery report and a tag': send({}, { enableDeliveryReport: true, tag: 'order 17' }),
      // The stable package drops the two options that it does not know.
      'all options of the beta': send(
        {},
        {
          ...{ enableDeliveryReport: true, tag: 'order 17', deliveryReportTimeoutInSeconds: 300 },
          messagingConnect: { apiKey: 'not-a-key', partner: 'infobip' },
        },
      ),
      'recipients that cannot be one': send({ to: [uniquePhone(), 'Anna', '+1425'] }),
      'an empty message': send({ message: '' }),
    },
    fails: {
      'a sender that cannot be one': send({ from: 'not a sender!' }),
      'no recipients': send({ to: [] }),
      'too many recipients': send({ to: Array.from({ length: 101 }, uniquePhone) }),
      'a message that is too long': send({ message: 'a'.repeat(2049) }),
      'a wrong key':
        ({ withWrongKey: { sms } }) =>
        () =>
          sms.send({ from: SENDER, to: [uniquePhone()], message }),
    },
  },
  'SmsClient.optOuts.add': {
    succeeds: {
      'recipients, one of which cannot be one': (side) => async () => {
        const [from, to] = [uniqueSender(), [uniquePhone(), 'Anna']];
        const results = await optOuts(side).add(from, to);
        return { results, afterwards: await optOuts(side).check(from, to) };
      },
    },
    fails: refusedBy('add'),
  },
  'SmsClient.optOuts.check': {
    succeeds: {
      'recipients of whom one has opted out': async (side) => {
        const [from, to, other] = [uniqueSender(), uniquePhone(), uniquePhone()];
        await optOuts(side).add(from, [to]);
        return () => optOuts(side).check(from, [to, other]);
      },
    },
    fails: refusedBy('check'),
  },
  'SmsClient.optOuts.remove': {
    succeeds: {
      'recipients of whom one has opted out': async (side) => {
        const [from, to, other] = [uniqueSender(), uniquePhone(), uniquePhone()];
        await optOuts(side).add(from, [to]);
        return async () => {
          const results = await optOuts(side).remove(from, [to, other]);
          return { results, afterwards: await optOuts(side).check(from, [to, other]) };
        };
      },
    },
    fails: refusedBy('remove'),
  },
};
