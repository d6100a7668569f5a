import { defineOptOutRoute } from '../../sms/optOuts.ts';

export const route = defineOptOutRoute('remove');
