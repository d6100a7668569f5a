// A storage account for Entra identities only, with diagnostic logs. Its callers define the contents.

param name string
param location string
param tags object
param skuName string
@description('Restricts access to private endpoints.')
param isPrivate bool
@description('Whether Event Grid, which cannot use private endpoints, may access a private account as a trusted Azure service.')
param admitsAzureServices bool
@description('Days during which a deleted or overwritten blob or container can be restored; 0 for none.')
@minValue(0)
@maxValue(365)
param softDeleteDays int
param workspaceId string
@description('Log categories of each service: StorageRead, StorageWrite, StorageDelete.')
param logCategories string[]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    // The exception for trusted services applies even without public access.
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: isPrivate && !admitsAzureServices ? 'None' : 'AzureServices'
    }
  }
}

var softDelete = softDeleteDays > 0 ? { enabled: true, days: max(softDeleteDays, 1) } : { enabled: false }

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: { deleteRetentionPolicy: softDelete, containerDeleteRetentionPolicy: softDelete }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

var logs = map(logCategories, category => { category: category, enabled: true })

#disable-next-line use-recent-api-versions // no later one is known
resource blobLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobService
  name: 'blob-log'
  properties: { workspaceId: workspaceId, logs: logs }
}

// Storage metrics do not distinguish queues; the log does, and the alert on poison messages queries it. Azure rejects a
// second setting with the same workspace and category, so this one keeps the name used by earlier deployments.
// https://learn.microsoft.com/azure/azure-monitor/essentials/diagnostic-settings#troubleshooting
#disable-next-line use-recent-api-versions // no later one is known
resource queueLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: queueService
  name: 'queue-writes'
  properties: { workspaceId: workspaceId, logs: logs }
}

#disable-next-line use-recent-api-versions // no later one is known
resource tableLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: tableService
  name: 'table-log'
  properties: { workspaceId: workspaceId, logs: logs }
}

output id string = account.id
output blobEndpoint string = account.properties.primaryEndpoints.blob
