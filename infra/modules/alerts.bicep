// Alerts that need attention. The rules query logs; without logs, they do not fire.

import { metrics } from 'names.bicep'

@export()
@sealed()
@description('Alert thresholds. All rules evaluate the last 15 minutes.')
type alertThresholds = {
  @description('Percentage of operations that fail with a status of 500 or above, in Switchboard or ACS.')
  failedPercent: int?
  @description('Minimum number of operations for the percentage to be evaluated.')
  leastOperations: int?
  @description('Seconds by which the oldest chunk of a batch is overdue.')
  oldestUnsentChunkSeconds: int?
  @description('Number of recipients of one client\'s messages.')
  clientRecipients: int?
  @description('Number of requests denied with 401.')
  deniedRequests: int?
}

param prefix string
param location string
param tags object
param applicationInsightsId string
param workspaceId string
param thresholds alertThresholds
@description('Action group to notify; empty for none.')
param actionGroupId string

var limits = union(
  {
    failedPercent: 5
    leastOperations: 20
    oldestUnsentChunkSeconds: 600
    clientRecipients: 1000 // half of what the templates allow a client in a day
    deniedRequests: 300
  },
  thresholds
)

var failedShareQuery = join(
  [
    'customMetrics'
    'where name == "${metrics.operations}"'
    'extend status = toint(customDimensions.status)'
    'summarize total = sum(valueSum), failed = sumif(valueSum, status >= 500)'
    'where total >= ${limits.leastOperations} and failed * 100 >= total * ${limits.failedPercent}'
  ],
  ' | '
)

var clientVolumeQuery = join(
  [
    'customMetrics'
    'where name == "${metrics.clientRecipients}"'
    'extend client = tostring(customDimensions.client)'
    'summarize recipients = sum(valueSum) by client'
    'where recipients > ${limits.clientRecipients}'
  ],
  ' | '
)
var limitReachedQuery = join(
  [
    'customMetrics'
    'where name == "${metrics.limitExceeded}"'
    'extend client = tostring(customDimensions.client), limit = tostring(customDimensions.limit)'
    'summarize refusals = sum(valueSum) by client, limit'
  ],
  ' | '
)
var deniedQuery = join(
  [
    'customMetrics'
    'where name == "${metrics.operations}" and toint(customDimensions.status) == 401'
    'summarize denied = sum(valueSum)'
    'where denied > ${limits.deniedRequests}'
  ],
  ' | '
)

// `by`: result columns whose values each get an alert of their own, which shows the value.
var rules = {
  'poison-message': {
    title: 'A message moved to a poison queue'
    description: 'A message failed repeatedly. Inspect it on the queue `<name>-poison`; the log shows the error.'
    severity: 2
    scope: workspaceId
    query: 'StorageQueueLogs | where OperationName == "PutMessage" and StatusCode == "201" and Uri contains "-poison/messages"'
  }
  'failed-share': {
    title: 'Many operations fail'
    description: 'Operations fail with 5xx, in Switchboard or in ACS.'
    severity: 2
    scope: applicationInsightsId
    query: failedShareQuery
  }
  'upstream-denied': {
    title: 'ACS refuses Switchboard\'s identity'
    description: 'No message can be sent. The identity lost its role on the ACS resource, or ACS_ENDPOINT points to another resource.'
    severity: 1
    scope: applicationInsightsId
    query: 'traces | where message has "UpstreamDenied"'
  }
  'unsent-chunk': {
    title: 'A batch has stalled'
    description: 'A chunk is overdue. Check the functions sendSmsChunk and sweepSmsBatches in the log.'
    severity: 2
    scope: applicationInsightsId
    query: 'customMetrics | where name == "${metrics.oldestUnsentChunk}" and valueMax > ${limits.oldestUnsentChunkSeconds}'
  }
  'client-volume': {
    title: 'A client sends unusually many messages'
    description: 'The client\'s key may have leaked. If the messages were not intended, remove the key from CLIENTS; otherwise raise the threshold.'
    severity: 2
    scope: applicationInsightsId
    query: clientVolumeQuery
    by: ['client']
  }
  'limit-reached': {
    title: 'A client has reached a limit'
    description: 'The client\'s messages are refused until the window of the limit has passed. Check whether they were intended.'
    severity: 3
    scope: applicationInsightsId
    query: limitReachedQuery
    by: ['client', 'limit']
  }
  'denied-requests': {
    title: 'Many requests are denied'
    description: 'A client signs with an old key, or an attacker is trying keys.'
    severity: 3
    scope: applicationInsightsId
    query: deniedQuery
  }
}

// Later API versions exist but are not available in every region.
#disable-next-line use-recent-api-versions
resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in items(rules): {
    name: '${prefix}-${rule.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.value.title
      description: rule.value.description
      severity: rule.value.severity
      enabled: true
      scopes: [rule.value.scope]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      skipQueryValidation: true // a table of logs appears with its first line
      criteria: {
        allOf: [
          {
            query: rule.value.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: map(rule.value.?by ?? [], column => { name: column, operator: 'Include', values: ['*'] })
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      actions: { actionGroups: empty(actionGroupId) ? [] : [actionGroupId] }
    }
  }
]
