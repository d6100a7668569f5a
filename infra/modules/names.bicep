// Names of the app's storage resources and metrics. Tests compare them with the source code.

@export()
@description('Queues that functions consume. Messages that fail repeatedly move to the queue `<name>-poison`.')
// generated: work-queues
var workQueues = [
  'acs-events'
  'add-chat-participants'
  'add-sms-opt-outs'
  'check-sms-opt-outs'
  'create-chat-thread'
  'create-identity'
  'delete-chat-message'
  'delete-chat-thread'
  'delete-identity'
  'exchange-teams-user-access-token'
  'get-chat-message'
  'get-chat-thread'
  'issue-access-token'
  'list-chat-messages'
  'list-chat-participants'
  'list-chat-threads'
  'list-read-receipts'
  'remove-chat-participant'
  'remove-sms-opt-outs'
  'revoke-access-tokens'
  'send-chat-message'
  'send-email'
  'send-read-receipt'
  'send-sms'
  'send-typing-notification'
  'sms-batch-splits'
  'sms-batches'
  'sms-chunks'
  'update-chat-message'
  'update-chat-thread'
]
// end of generated

@export()
@description('Queues that callers consume.')
var outcomeQueues = ['outcomes']

@export()
@description('Queue to which Event Grid delivers ACS events.')
var eventQueue = 'acs-events'

@export()
var tables = [
  'answers'
  'audit'
  'chatidentities'
  'deletedidentities'
  'droppedevents'
  'emailbudget'
  'emails'
  'emailsenders'
  'identities'
  'limits'
  'serversecret'
  'smsbatches'
  'smschunks'
  'smsmessages'
  'smsoptouts'
  'smssenders'
]

@export()
var containers = {
  messageBodies: 'message-bodies'
  outcomeBodies: 'outcome-bodies'
  smsBatches: 'sms-batches'
  deadLetters: 'dead-letters'
}

@export()
@description('Container in the storage account of the deployment package.')
var packageContainer = 'deployment-packages'

@export()
@description('Metrics of the OpenTelemetry meter `acs-switchboard`, as named in the table customMetrics of Application Insights.')
var metrics = {
  clientRecipients: 'switchboard.client.recipients'
  limitExceeded: 'switchboard.client.limit_exceeded'
  operations: 'switchboard.operations'
  oldestUnsentChunk: 'switchboard.batch.oldest_unsent_chunk_seconds'
}
