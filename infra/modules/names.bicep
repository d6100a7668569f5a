// What the app calls its storage and its metrics. The tests hold these names against the sources.

@export()
@description('Queues that a function reads. What cannot be handled goes to the queue `<name>-poison`.')
var workQueues = [
  'create-identity'
  'delete-identity'
  'issue-access-token'
  'send-sms'
  'send-email'
  'create-chat-thread'
  'list-chat-threads'
  'send-chat-message'
  'list-chat-messages'
  'sms-batches'
  'sms-batch-splits'
  'sms-chunks'
  'acs-events'
]

@export()
@description('Queues that the callers read.')
var outcomeQueues = ['outcomes']

@export()
@description('Where Event Grid puts the events of the ACS resource.')
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
@description('In the storage account of the deployment package.')
var packageContainer = 'deployment-packages'

@export()
@description('Metrics of the OpenTelemetry meter `acs-switchboard`, as Application Insights has them in customMetrics.')
var metrics = {
  clientRecipients: 'switchboard.client.recipients'
  limitExceeded: 'switchboard.client.limit_exceeded'
  operations: 'switchboard.operations'
  oldestUnsentChunk: 'switchboard.batch.oldest_unsent_chunk_seconds'
}
