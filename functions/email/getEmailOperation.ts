import * as acs from '../../shared/acs/email.ts';
import { noBody } from '../../shared/contract/common.ts';
import { emailOperation, emailOperationParams } from '../../shared/contract/email.ts';
import { operation } from '../../shared/operation/operation.ts';

/** Where a mail stands. A failed one is a 200 with `status: "Failed"`. */
export const getEmailOperation = operation({
  name: 'getEmailOperation',
  method: 'GET',
  route: 'emails/operations/{operationId}',
  request: { params: emailOperationParams, body: noBody },
  responses: { 200: emailOperation },
  run: async ({ params }, context) => {
    const { operation: state, retryAfterSeconds } = await acs.getEmailOperation(context.acs, params.operationId);
    return { status: 200, headers: { 'retry-after': retryAfterSeconds?.toString() }, body: state };
  },
});
