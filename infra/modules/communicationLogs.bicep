// Diagnostic logs of a created ACS resource. An existing resource keeps its own settings: Azure rejects a second setting
// with the same workspace and category.

param communicationName string
@description('Log categories, e.g. AuthOperational.')
param categories string[]
param workspaceId string

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' existing = {
  name: communicationName
}

#disable-next-line use-recent-api-versions // no later one is known
resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: communication
  name: 'operations'
  properties: { workspaceId: workspaceId, logs: map(categories, category => { category: category, enabled: true }) }
}
