// The storage account for the app's data (queues, tables, blobs) and the state of the Functions host.

import { containers, outcomeQueues, tables, workQueues } from 'names.bicep'
import { roles } from 'roles.bicep'

@export()
@sealed()
@description('Days after the last write until blobs are deleted. Recipients of batches are excluded: the app deletes them together with their rows, RETENTION_DAYS after the batch was completed, possibly long after they were written.')
type blobRetention = {
  @description('Bodies of queue messages. Must exceed the time that a message may wait.')
  messageBodies: int?
  @description('Data of outcome events that do not fit into a queue message. Must exceed the time that a consumer may take.')
  outcomeBodies: int?
  @description('Events that Event Grid could not deliver.')
  deadLetters: int?
}

param name string
param location string
param tags object
param skuName string
param retentionDays blobRetention
@description('Restricts access to private endpoints.')
param isPrivate bool
@description('The app, whose identity the host uses as well.')
param identityName string
param principalId string
@description('Days during which a deleted or overwritten blob can be restored; 0 for none.')
param softDeleteDays int
@description('Whether reads are logged in addition to writes and deletions.')
param logsReads bool
param workspaceId string

module storageAccount 'storageAccount.bicep' = {
  params: {
    name: name
    location: location
    tags: tags
    skuName: skuName
    isPrivate: isPrivate
    admitsAzureServices: true
    softDeleteDays: softDeleteDays
    workspaceId: workspaceId
    // Every poll of a queue is a read, like most calls of the app: logging reads costs more than everything else here.
    logCategories: concat(['StorageWrite', 'StorageDelete'], logsReads ? ['StorageRead'] : [])
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: name

  resource blobService 'blobServices' existing = {
    name: 'default'
  }

  resource queueService 'queueServices' existing = {
    name: 'default'
  }

  resource tableService 'tableServices' existing = {
    name: 'default'
  }
}

var queueNames = concat(workQueues, map(workQueues, queue => '${queue}-poison'), outcomeQueues)

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in queueNames: {
    dependsOn: [storageAccount]
    parent: account::queueService
    name: queue
  }
]

resource storageTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in tables: {
    dependsOn: [storageAccount]
    parent: account::tableService
    name: table
  }
]

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in items(containers): {
    dependsOn: [storageAccount]
    parent: account::blobService
    name: container.value
    properties: { publicAccess: 'None' }
  }
]

var days = union({ messageBodies: 14, outcomeBodies: 30, deadLetters: 30 }, retentionDays)

resource retention 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  dependsOn: [storageAccount]
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

// Required by the Functions host (leases, keys, diagnostic events) and by the app for its queues and tables:
// https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
var appRoles = [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appRoles: {
    dependsOn: [storageAccount]
    scope: account
    name: guid(account.id, identityName, role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

output id string = storageAccount.outputs.id
