// Everything that Switchboard needs on Azure, in one resource group. `azd up` deploys it and then the app.
targetScope = 'subscription'

import { alertThresholds } from 'modules/alerts.bicep'
import { alwaysReadyInstances, optionalSettings } from 'modules/functions.bicep'
import { blobRetention } from 'modules/storage.bicep'

@minLength(1)
@maxLength(64)
@description('Names the deployment; azd\'s environment.')
param environmentName string
@minLength(1)
@description('Region. It must offer Flex Consumption.')
param location string
param resourceGroupName string = 'rg-${environmentName}'

@description('Where ACS keeps its data at rest, e.g. Europe.')
param acsDataLocation string = 'United States'
@description('Id (a GUID) of a role for the app on the ACS resource, where you may not make one. Empty: one is made.')
param acsRoleId string = ''

@description('JSON, as the setting CLIENTS. Empty: what the Key Vault has stays, at first no client at all.')
@secure()
param clients string = ''
param settings optionalSettings = { publicUrl: '', smsRatesPerMinute: '', emailLimits: '' }

@description('Instances that are never scaled in, against cold starts: they cost money while idle.')
param alwaysReady alwaysReadyInstances = []
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 100
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Standard_ZRS keeps messages through the loss of a zone, in regions that have zones.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'
param retentionDays blobRetention = { messageBodies: 14, outcomeBodies: 30, smsBatches: 30, deadLetters: 30 }
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30
@description('A vault with purge protection keeps its name for 90 days after it was deleted.')
param keyVaultPurgeProtection bool = true

@description('Storage and Key Vault are reached from a virtual network only. Callers still reach the app from everywhere.')
param privateNetwork bool = false
param networkAddressPrefix string = '10.60.0.0/24'

@description('Resource id of the action group that alerts go to; nobody is told when empty.')
param alertActionGroupId string = ''
param thresholds alertThresholds = { failedPercent: 5, leastOperations: 20, oldestUnsentChunkSeconds: 600 }

var tags = { 'azd-env-name': environmentName }
var suffix = uniqueString(subscription().id, resourceGroupName, location)
var names = {
  applicationInsights: 'appi-${suffix}'
  communication: 'acs-${suffix}'
  functionApp: 'func-${suffix}'
  identity: 'id-${suffix}'
  storage: 'st${suffix}'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: names.identity, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${suffix}'
    applicationInsightsName: names.applicationInsights
    location: location
    tags: tags
    identityName: names.identity
    principalId: identity.outputs.principalId
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    skuName: storageSku
    retentionDays: retentionDays
    isPrivate: privateNetwork
    identityName: names.identity
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module communication 'modules/communication.bicep' = {
  scope: group
  params: {
    name: names.communication
    emailServiceName: 'email-${suffix}'
    tags: tags
    dataLocation: acsDataLocation
    identityName: names.identity
    principalId: identity.outputs.principalId
    roleId: acsRoleId
  }
}

module keyVault 'modules/keyvault.bicep' = {
  scope: group
  params: {
    name: 'kv-${suffix}'
    location: location
    tags: tags
    clients: clients
    purgeProtection: keyVaultPurgeProtection
    isPrivate: privateNetwork
    identityName: names.identity
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: { name: 'vnet-${suffix}', location: location, tags: tags, addressPrefix: networkAddressPrefix }
}

var storageSuffix = environment().suffixes.storage
var endpoints = [
  { target: 'storage', group: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
  { target: 'storage', group: 'queue', zone: 'privatelink.queue.${storageSuffix}' }
  { target: 'storage', group: 'table', zone: 'privatelink.table.${storageSuffix}' }
  { target: 'vault', group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
]

module privateEndpoints 'modules/privateendpoint.bicep' = [
  for endpoint in endpoints: if (privateNetwork) {
    scope: group
    params: {
      name: 'pe-${endpoint.group}-${suffix}'
      location: location
      tags: tags
      networkId: network!.outputs.id
      subnetId: network!.outputs.endpointsSubnetId
      targetId: endpoint.target == 'vault' ? keyVault.outputs.id : storage.outputs.id
      groupId: endpoint.group
      zoneName: endpoint.zone
    }
  }
]

module functions 'modules/functions.bicep' = {
  scope: group
  dependsOn: [privateEndpoints]
  params: {
    name: names.functionApp
    planName: 'plan-${suffix}'
    location: location
    tags: tags
    identityName: names.identity
    storageAccountName: names.storage
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsName: names.applicationInsights
    communicationId: communication.outputs.id
    communicationEndpoint: communication.outputs.endpoint
    clientsReference: keyVault.outputs.clientsReference
    settings: settings
    alwaysReady: alwaysReady
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    subnetId: privateNetwork ? network!.outputs.functionsSubnetId : ''
  }
}

module events 'modules/events.bicep' = {
  scope: group
  dependsOn: [communication, storage]
  params: {
    name: 'evgt-${suffix}'
    tags: tags
    communicationName: names.communication
    storageAccountName: names.storage
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    prefix: 'alert-${suffix}'
    location: location
    tags: tags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    workspaceId: monitoring.outputs.workspaceId
    thresholds: thresholds
    actionGroupId: alertActionGroupId
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  dependsOn: [monitoring]
  params: { location: location, tags: tags, applicationInsightsName: names.applicationInsights }
}

output AZURE_RESOURCE_GROUP string = group.name
output SWITCHBOARD_URL string = functions.outputs.url
output SWITCHBOARD_FUNCTION_APP string = names.functionApp
output ACS_NAME string = names.communication
@description('Mail goes out as `DoNotReply@` this domain, until a domain of yours is linked.')
output ACS_EMAIL_DOMAIN string = communication.outputs.mailFromDomain
