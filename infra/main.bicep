// All Azure resources of Switchboard, in one resource group. An existing ACS resource may be in another one. `azd up`
// deploys these resources, then the app.
targetScope = 'subscription'

import { alertThresholds } from 'modules/alerts.bicep'
import { parseResourceId } from 'modules/azd.bicep'
import { alwaysReadyInstances, optionalSettings } from 'modules/functions.bicep'
import { clientsReference } from 'modules/keyvault.bicep'
import { blobRetention } from 'modules/storage.bicep'

@minLength(1)
@maxLength(64)
@description('Name of the deployment, which is azd\'s environment name.')
param environmentName string
@minLength(1)
@description('Region. It must support Flex Consumption.')
param location string
param resourceGroupName string = 'rg-${environmentName}'

@description('Resource id of an existing ACS resource, in any resource group or subscription. If empty, one is created.')
param acsResourceId string = ''
@description('Resource id of the existing Event Grid system topic of the ACS resource. If empty, one is created.')
param acsEventTopicId string = ''
@description('Data location of a created ACS resource, e.g. Europe.')
param acsDataLocation string = 'United States'
@description('Resource ids of verified email domains to link to the created ACS resource, in addition to its Azure-managed domain.')
param emailDomainIds string[] = []
@description('Id (a GUID) of the app\'s role on the ACS resource. If empty, Communication and Email Service Owner.')
param acsRoleId string = ''
@description('Creates and assigns a custom role that is narrower than the built-in one.')
param acsCustomRole bool = false

@description('JSON in the format of the setting CLIENTS. If empty, the Key Vault secret is left unchanged; initially, it has no clients.')
@secure()
param clients string = ''
param settings optionalSettings = {}
@description('`OTEL_EXPORTER_OTLP_HEADERS`, which may contain a key of the collector.')
@secure()
param otlpHeaders string = ''

@description('Always-ready instances, which avoid cold starts and incur cost while idle.')
param alwaysReady alwaysReadyInstances = []
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Standard_ZRS survives the loss of a zone, in regions with availability zones.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'
param retentionDays blobRetention = {}
@description('Days during which a deleted or overwritten blob of the app\'s data can be restored; 0 for none. Erased personal data remains restorable for the same time.')
@minValue(0)
@maxValue(365)
param softDeleteDays int = 7
@description('Also logs reads of the app\'s data, not only writes and deletions. Every poll of a queue is a read.')
param logsStorageReads bool = false
@description('Log categories of a created ACS resource. `SMSOperational` and `EmailStatusUpdateOperational` contain recipients.')
param acsLogCategories string[] = ['AuthOperational', 'ChatOperational', 'EmailSendMailOperational', 'Usage']
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30
@description('The name of a deleted vault with purge protection stays reserved for 90 days.')
param keyVaultPurgeProtection bool = true

@description('Makes storage and Key Vault reachable only from a virtual network. The app itself stays publicly reachable.')
param privateNetwork bool = false
param networkAddressPrefix string = '10.60.0.0/24'

@description('IP addresses and CIDR ranges from which the app may be called. If empty and without Front Door, any address may call.')
param allowedIpRanges string[] = []
@description('Id (a GUID) of the Front Door profile through which the app may be called.')
param frontDoorId string = ''

@description('Resource id of the action group that alerts notify; empty for none.')
param alertActionGroupId string = ''
@description('Alert thresholds that differ from the defaults in modules/alerts.bicep.')
param thresholds alertThresholds = {}

var tags = { 'azd-env-name': environmentName }
var suffix = uniqueString(subscription().id, resourceGroupName, location)
var names = {
  applicationInsights: 'appi-${suffix}'
  communication: 'acs-${suffix}'
  functionApp: 'func-${suffix}'
  identity: 'id-${suffix}'
  keyVault: 'kv-${suffix}'
  packageStorage: 'stcode${suffix}'
  storage: 'st${suffix}'
}

// Behind a gateway, the app does not know the address that its callers use.
var callableThrough = empty(frontDoorId) || !empty(settings.?PUBLIC_URL ?? '')
  ? frontDoorId
  : fail('FRONT_DOOR_ID requires PUBLIC_URL, the address that callers use.')

var createsAcs = empty(acsResourceId)
var acs = createsAcs
  ? { subscriptionId: subscription().subscriptionId, resourceGroup: resourceGroupName, name: names.communication }
  : parseResourceId(acsResourceId)
var createsTopic = empty(acsEventTopicId)
var topic = createsTopic
  ? { subscriptionId: acs.subscriptionId, resourceGroup: acs.resourceGroup, name: 'evgt-${suffix}' }
  : parseResourceId(acsEventTopicId)

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
    softDeleteDays: softDeleteDays
    logsReads: logsStorageReads
    isPrivate: privateNetwork
    identityName: names.identity
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module packageStorage 'modules/packageStorage.bicep' = {
  scope: group
  params: {
    name: names.packageStorage
    location: location
    tags: tags
    skuName: storageSku
    isPrivate: privateNetwork
    identityName: names.identity
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module email 'modules/email.bicep' = if (createsAcs) {
  scope: group
  params: { name: 'email-${suffix}', tags: tags, dataLocation: acsDataLocation }
}

module communication 'modules/communication.bicep' = if (createsAcs) {
  scope: group
  params: { name: names.communication, tags: tags, dataLocation: acsDataLocation }
}

module communicationLogs 'modules/communicationLogs.bicep' = if (createsAcs) {
  scope: group
  dependsOn: [communication]
  params: {
    communicationName: names.communication
    categories: acsLogCategories
    workspaceId: monitoring.outputs.workspaceId
  }
}

module acsAccess 'modules/acsAccess.bicep' = {
  scope: resourceGroup(acs.subscriptionId, acs.resourceGroup)
  dependsOn: [communication]
  params: {
    communicationName: acs.name
    #disable-next-line what-if-short-circuiting // part of the assignment's name, see the module
    principalId: identity.outputs.principalId
    roleId: acsRoleId
    customRole: acsCustomRole
  }
}

module keyVault 'modules/keyvault.bicep' = {
  scope: group
  params: {
    name: names.keyVault
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
var zones = [
  'privatelink.blob.${storageSuffix}'
  'privatelink.queue.${storageSuffix}'
  'privatelink.table.${storageSuffix}'
  'privatelink.vaultcore.azure.net'
]

module privateDnsZones 'modules/privateDnsZone.bicep' = [
  for zone in zones: if (privateNetwork) {
    scope: group
    params: { name: zone, tags: tags, networkId: network!.outputs.id }
  }
]

var endpoints = [
  { name: 'blob', target: 'storage', group: 'blob', zone: 0 }
  { name: 'queue', target: 'storage', group: 'queue', zone: 1 }
  { name: 'table', target: 'storage', group: 'table', zone: 2 }
  { name: 'package', target: 'package', group: 'blob', zone: 0 }
  { name: 'vault', target: 'vault', group: 'vault', zone: 3 }
]

// Sequential: a storage account rejects a second private endpoint while the first is being connected.
@batchSize(1)
module privateEndpoints 'modules/privateendpoint.bicep' = [
  for endpoint in endpoints: if (privateNetwork) {
    scope: group
    params: {
      name: 'pe-${endpoint.name}-${suffix}'
      location: location
      tags: tags
      subnetId: network!.outputs.endpointsSubnetId
      targetId: endpoint.target == 'vault'
        ? keyVault.outputs.id
        : endpoint.target == 'package' ? packageStorage.outputs.id : storage.outputs.id
      groupId: endpoint.group
      zoneId: privateDnsZones[endpoint.zone]!.outputs.id
    }
  }
]

module functions 'modules/functions.bicep' = {
  scope: group
  dependsOn: [keyVault, storage, privateEndpoints]
  params: {
    name: names.functionApp
    planName: 'plan-${suffix}'
    location: location
    tags: tags
    identityName: names.identity
    storageAccountName: names.storage
    deploymentContainerUrl: packageStorage.outputs.containerUrl
    applicationInsightsName: names.applicationInsights
    communicationId: resourceId(
      acs.subscriptionId,
      acs.resourceGroup,
      'Microsoft.Communication/communicationServices',
      acs.name
    )
    communicationEndpoint: acsAccess.outputs.endpoint
    clientsReference: clientsReference(names.keyVault)
    settings: settings
    otlpHeaders: otlpHeaders
    alwaysReady: alwaysReady
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    subnetId: privateNetwork ? network!.outputs.functionsSubnetId : ''
    allowedIpRanges: allowedIpRanges
    frontDoorId: callableThrough
  }
}

module createdTopic 'modules/eventTopic.bicep' = if (createsTopic) {
  scope: resourceGroup(topic.subscriptionId, topic.resourceGroup)
  dependsOn: [communication]
  params: { name: topic.name, tags: tags, communicationName: acs.name }
}

resource existingTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (!createsTopic) {
  scope: resourceGroup(topic.subscriptionId, topic.resourceGroup)
  name: topic.name
}

module eventDelivery 'modules/eventDelivery.bicep' = {
  scope: group
  dependsOn: [storage]
  params: {
    storageAccountName: names.storage
    #disable-next-line what-if-short-circuiting // part of the assignment's name, see the module
    principalId: createsTopic ? createdTopic!.outputs.principalId : existingTopic!.identity.principalId
  }
}

module eventSubscription 'modules/eventSubscription.bicep' = {
  scope: resourceGroup(topic.subscriptionId, topic.resourceGroup)
  dependsOn: [eventDelivery]
  params: {
    // An existing topic may have subscriptions of other Switchboard deployments.
    name: createsTopic ? 'acs-events' : 'acs-events-${suffix}'
    topicName: topic.name
    storageSubscriptionId: subscription().subscriptionId
    storageResourceGroup: resourceGroupName
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

module linkedDomains 'modules/linkedDomains.bicep' = if (createsAcs) {
  scope: group
  dependsOn: [functions, communicationLogs, eventSubscription, alerts, workbook]
  params: {
    communicationName: names.communication
    tags: tags
    dataLocation: acsDataLocation
    domainIds: union([email!.outputs.domainId], emailDomainIds)
    linkedDomainIds: acsAccess.outputs.linkedDomainIds
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output SWITCHBOARD_URL string = functions.outputs.url
output SWITCHBOARD_FUNCTION_APP string = names.functionApp
output ACS_NAME string = acs.name
@description('Domain for the sender address `DoNotReply@…` until you link your own. Empty for an existing ACS resource.')
output ACS_EMAIL_DOMAIN string = createsAcs ? email!.outputs.mailFromDomain : ''
