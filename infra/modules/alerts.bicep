// What somebody must look at. The rules read logs, and find nothing wrong where there are none.

import { metrics } from 'names.bicep'

@export()
type alertThresholds = {
  @description('Share of operations, in percent, that fail by our or ACS\'s fault within 15 minutes.')
  failedPercent: int
  @description('Operations within 15 minutes below which the share says nothing.')
  leastOperations: int
  @description('Seconds that the oldest chunk of a batch may be overdue.')
  oldestUnsentChunkSeconds: int
}

param prefix string
param location string
param tags object
param applicationInsightsId string
param workspaceId string
param thresholds alertThresholds
@description('Action group that is told; nobody when empty.')
param actionGroupId string

var failedShareQuery = join(
  [
    'customMetrics'
    'where name == "${metrics.operations}"'
    'extend status = toint(customDimensions.status)'
    'summarize total = sum(valueSum), failed = sumif(valueSum, status >= 500)'
    'where total >= ${thresholds.leastOperations} and failed * 100 >= total * ${thresholds.failedPercent}'
  ],
  ' | '
)

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
    query: 'customMetrics | where name == "${metrics.oldestUnsentChunk}" and valueMax > ${thresholds.oldestUnsentChunkSeconds}'
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
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      actions: { actionGroups: empty(actionGroupId) ? [] : [actionGroupId] }
    }
  }
]
