import type { ItemSummary, SmsItem } from './items.ts';

// Shown in the description of the API.

export const SMS_SUMMARY: ItemSummary = {
  channel: 'sms',
  id: 'Outgoing_202601150830003fa85f64-5717-4562-b3fc-2c963f66afa6_noam',
  revision: 12,
  sequence: 7,
  at: '2026-01-15T08:30:00.250Z',
  direction: 'sent',
  from: '+18005550100',
  to: ['+14255550123'],
  subject: '',
  preview: 'Your code is 123456.',
  status: 'Delivered',
};

export const SMS_ITEM: SmsItem = {
  ...SMS_SUMMARY,
  channel: 'sms',
  message: 'Your code is 123456.',
  codes: ['123456'],
  links: [],
  segments: { count: 1, encoding: 'GSM-7', characters: 20 },
  delivery: {
    status: 'Delivered',
    details: 'Message delivered successfully.',
    hasReport: true,
    isSetByHand: false,
  },
  isOptedOut: false,
  conversation: [
    {
      id: SMS_SUMMARY.id,
      at: SMS_SUMMARY.at,
      direction: 'sent',
      message: 'Your code is 123456.',
      status: 'Delivered',
    },
  ],
};
