import { smsDeliveryReport, smsDeliveryReportParams } from '../../shared/contract/sms.ts';
import { operation } from '../../shared/operation/define.ts';

export const getSmsDeliveryReport = operation({
  name: 'getSmsDeliveryReport',
  tag: 'SMS',
  summary: 'Returns a message’s delivery status, if it was sent with delivery reports enabled.',
  http: { method: 'GET', route: 'deliveryReports/{messageId}' },
  params: smsDeliveryReportParams,
  responses: { 200: smsDeliveryReport },
  isLocal: true,
  run: async ({ params }, { smsReports, client }) => {
    const { findDeliveryReport } = await import('../../shared/smsreports/smsReports.ts');
    return { status: 200, body: await findDeliveryReport(smsReports, client, params.messageId) };
  },
});
