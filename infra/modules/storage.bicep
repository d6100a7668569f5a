// The storage account: queues, tables and blobs of the app, the host's own state and the deployment package.

import { containers, outcomeQueues, tables, workQueues } from 'names.bicep'
import { roles } from 'roles.bicep'

@export()
@sealed()
@description('How many days blobs are kept after they were last written. Recipients of batches are not among them: the app deletes them together with their rows, RETENTION_DAYS after the batch was completed, which may be long after they were written.')
type blobRetention = {
  @description('Bodies of queue messages. Longer than a message may wait.')
  messageBodies: int?
  @description('Data of outcomes that do not fit into a message. Longer than a reader may take.')
  outcomeBodies: int?
  @description('Events that Event Grid could not deliver.')
  deadLetters: int?
}

param name string
param location string
param tags object
param skuName string
param retentionDays blobRetention
@description('Reached through private endpoints only.')
param isPrivate bool
@description('The app, which the host acts as too.')
param identityName string
param principalId string
@description('Workspace for the log of what is put on queues.')
param workspaceId string

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
    // The exception is for Event Grid, which cannot use a private endpoint; it stays in effect without public access.
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

var queueNames = concat(workQueues, map(workQueues, queue => '${queue}-poison'), outcomeQueues)

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in queueNames: {
    parent: queueService
    name: queue
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource storageTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in items(containers): {
    parent: blobService
    name: container.value
    properties: { publicAccess: 'None' }
  }
]

var days = union({ messageBodies: 14, outcomeBodies: 30, deadLetters: 30 }, retentionDays)

resource retention 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        for rule in items(days): {
          name: rule.key
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers[rule.key]}/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: rule.value } } }
          }
        }
      ]
    }
  }
}

// What the Functions host needs of its own storage (leases, keys, diagnostic events), and the app of its queues and tables:
// https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
var appRoles = [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appRoles: {
    scope: account
    name: guid(account.id, identityName, role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

// The metrics of storage do not tell one queue from another; its log does, and the alert on poison messages reads it.
#disable-next-line use-recent-api-versions // no later one is known
resource queueLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: queueService
  name: 'queue-writes'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }]
  }
}

output id string = account.id
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${containers.deployment}'
