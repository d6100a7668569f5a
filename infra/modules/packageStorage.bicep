// A separate storage account for the deployment package: access to the app's data does not imply access to its code.

import { packageContainer } from 'names.bicep'
import { roles } from 'roles.bicep'

param name string
param location string
param tags object
param skuName string
param isPrivate bool
@description('The app, whose identity both uploads and loads the package.')
param identityName string
param principalId string
param workspaceId string

module storageAccount 'storageAccount.bicep' = {
  params: {
    name: name
    location: location
    tags: tags
    skuName: skuName
    isPrivate: isPrivate
    admitsAzureServices: false
    softDeleteDays: 30 // earlier packages: the latest overwrites the one before
    workspaceId: workspaceId
    logCategories: ['StorageRead', 'StorageWrite', 'StorageDelete']
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: name

  resource blobService 'blobServices' existing = {
    name: 'default'
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  dependsOn: [storageAccount]
  parent: account::blobService
  name: packageContainer
  properties: { publicAccess: 'None' }
}

// Read access is not enough: the deployment service uploads the package with the app's identity, not the deployer's.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#configure-deployment-settings
resource deployer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  dependsOn: [storageAccount]
  scope: account
  name: guid(account.id, identityName, roles.storageBlobDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

output id string = storageAccount.outputs.id
output containerUrl string = '${storageAccount.outputs.blobEndpoint}${container.name}'
