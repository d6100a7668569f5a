import { noBody } from '../../shared/contract/common.ts';
import { smsDeliveryReport, smsDeliveryReportParams } from '../../shared/contract/sms.ts';
import { operation } from '../../shared/operation/define.ts';
import { findDeliveryReport } from '../../shared/smsreports/smsReports.ts';

/** Returns the delivery status of a message that the calling client sent with delivery reports enabled. */
export const getSmsDeliveryReport = operation({
  name: 'getSmsDeliveryReport',
  tag: 'SMS',
  summary: 'Returns a message’s delivery status, if it was sent with delivery reports enabled.',
  method: 'GET',
  route: 'deliveryReports/{messageId}',
  request: { params: smsDeliveryReportParams, body: noBody },
  responses: { 200: smsDeliveryReport },
  isLocal: true,
  run: async ({ params }, { smsReports, client }) => ({
    status: 200,
    body: await findDeliveryReport(smsReports, client, params.messageId),
  }),
});
