// What somebody must look at. The rules read logs, and find nothing wrong where there are none.

import { metrics } from 'names.bicep'

@export()
@sealed()
@description('When alerts fire. All of them look at the last 15 minutes.')
type alertThresholds = {
  @description('Share of operations, in percent, that fail by our or ACS\'s fault.')
  failedPercent: int?
  @description('Operations below which the share says nothing.')
  leastOperations: int?
  @description('Seconds that the oldest chunk of a batch may be overdue.')
  oldestUnsentChunkSeconds: int?
  @description('Recipients of one client.')
  clientRecipients: int?
  @description('Requests that were denied with a 401.')
  deniedRequests: int?
}

param prefix string
param location string
param tags object
param applicationInsightsId string
param workspaceId string
param thresholds alertThresholds
@description('Action group that is notified; none when empty.')
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

// `by`: columns of the result for each of whose values there is an alert of its own, which names it.
var rules = {
  'poison-message': {
    title: 'A message ended on a poison queue'
    description: 'Something could not be handled. Read the message on the queue `<name>-poison`; the log says why.'
    severity: 2
    scope: workspaceId
    query: 'StorageQueueLogs | where OperationName == "PutMessage" and StatusCode == "201" and Uri contains "-poison/messages"'
  }
  'failed-share': {
    title: 'Many operations fail'
    description: 'Switchboard or ACS answers with 5xx.'
    severity: 2
    scope: applicationInsightsId
    query: failedShareQuery
  }
  'upstream-denied': {
    title: 'ACS refuses Switchboard\'s identity'
    description: 'Nothing can be sent. The identity has lost its role on the ACS resource, or ACS_ENDPOINT is another resource.'
    severity: 1
    scope: applicationInsightsId
    query: 'traces | where message has "UpstreamDenied"'
  }
  'unsent-chunk': {
    title: 'A batch stands still'
    description: 'A chunk is long overdue. See the function sendSmsChunk and the sweeper in the log.'
    severity: 2
    scope: applicationInsightsId
    query: 'customMetrics | where name == "${metrics.oldestUnsentChunk}" and valueMax > ${limits.oldestUnsentChunkSeconds}'
  }
  'client-volume': {
    title: 'A client sends much more than usual'
    description: 'Its key may have leaked: if it did not mean to, remove the key from CLIENTS. If it did, raise the threshold.'
    severity: 2
    scope: applicationInsightsId
    query: clientVolumeQuery
    by: ['client']
  }
  'limit-reached': {
    title: 'A client has reached a limit'
    description: 'Its messages are refused until the window of the limit is over. Find out whether it meant to send them.'
    severity: 3
    scope: applicationInsightsId
    query: limitReachedQuery
    by: ['client', 'limit']
  }
  'denied-requests': {
    title: 'Many requests are denied'
    description: 'A client signs with an old key, or a stranger tries keys.'
    severity: 3
    scope: applicationInsightsId
    query: deniedQuery
  }
}

// Later API versions are published, but not offered in every region.
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
