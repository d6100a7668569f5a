// Everything that Switchboard needs on Azure, in one resource group; an existing ACS resource may be in another. `azd up`
// deploys it, and then the app.
targetScope = 'subscription'

import { alertThresholds } from 'modules/alerts.bicep'
import { parseResourceId } from 'modules/azd.bicep'
import { alwaysReadyInstances, optionalSettings } from 'modules/functions.bicep'
import { clientsReference } from 'modules/keyvault.bicep'
import { blobRetention } from 'modules/storage.bicep'

@minLength(1)
@maxLength(64)
@description('Names the deployment; azd\'s environment.')
param environmentName string
@minLength(1)
@description('Region. It must offer Flex Consumption.')
param location string
param resourceGroupName string = 'rg-${environmentName}'

@description('Resource id of an ACS resource to use, in any resource group or subscription. Empty: one is created.')
param acsResourceId string = ''
@description('Resource id of the Event Grid system topic that the ACS resource already has. Empty: one is created.')
param acsEventTopicId string = ''
@description('Where a created ACS resource keeps its data at rest, e.g. Europe.')
param acsDataLocation string = 'United States'
@description('Resource ids of verified e-mail domains to link to the created ACS resource, besides its Azure-managed domain.')
param emailDomainIds string[] = []
@description('Id (a GUID) of a role for the app on the ACS resource. Empty: Communication and Email Service Owner.')
param acsRoleId string = ''
@description('Creates a role that is narrower than the built-in one, and grants that.')
param acsCustomRole bool = false

@description('JSON, like the setting CLIENTS. Empty: the secret in the Key Vault stays as it is, at first without a client.')
@secure()
param clients string = ''
param settings optionalSettings = {}
@description('`OTEL_EXPORTER_OTLP_HEADERS`, which may hold a key of the collector.')
@secure()
param otlpHeaders string = ''

@description('Instances that are never scaled in, against cold starts: they cost money while idle.')
param alwaysReady alwaysReadyInstances = []
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Standard_ZRS keeps messages through the loss of a zone, in regions that have zones.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'
param retentionDays blobRetention = {}
@description('How many days a deleted or overwritten blob of the app\'s data can be restored; 0: not at all. Deleted personal data outlives its deletion by as long.')
@minValue(0)
@maxValue(365)
param softDeleteDays int = 7
@description('Logs reads of the app\'s data, besides writes and deletions. Each poll of a queue is one.')
param logsStorageReads bool = false
@description('What a created ACS resource logs. `SMSOperational` and `EmailStatusUpdateOperational` name the recipients.')
param acsLogCategories string[] = ['AuthOperational', 'ChatOperational', 'EmailSendMailOperational', 'Usage']
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30
@description('A vault with purge protection keeps its name for 90 days after it was deleted.')
param keyVaultPurgeProtection bool = true

@description('Makes storage and Key Vault reachable from a virtual network only. Callers still reach the app from everywhere.')
param privateNetwork bool = false
param networkAddressPrefix string = '10.60.0.0/24'

@description('Addresses and CIDR ranges from which the app may be called. Empty, and no Front Door: from everywhere.')
param allowedIpRanges string[] = []
@description('Id (a GUID) of the Front Door profile through which the app may be called.')
param frontDoorId string = ''

@description('Resource id of the action group that alerts notify; none when empty.')
param alertActionGroupId string = ''
@description('When alerts fire, where it is not as in modules/alerts.bicep.')
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

// With a gateway in front, the app does not know the address that its callers use.
var callableThrough = empty(frontDoorId) || !empty(settings.?PUBLIC_URL ?? '')
  ? frontDoorId
  : fail('FRONT_DOOR_ID needs PUBLIC_URL, the address that callers use.')

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
    #disable-next-line what-if-short-circuiting // the names of the assignments need it, see the module
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

// One after the other: a storage account refuses a second private endpoint while the first is being connected.
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
    #disable-next-line what-if-short-circuiting // the names of the assignments need it, see the module
    principalId: createsTopic ? createdTopic!.outputs.principalId : existingTopic!.identity.principalId
  }
}

module eventSubscription 'modules/eventSubscription.bicep' = {
  scope: resourceGroup(topic.subscriptionId, topic.resourceGroup)
  dependsOn: [eventDelivery]
  params: {
    // The topic of others may have subscriptions of other Switchboards.
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
@description('The domain for the sender address `DoNotReply@…` until one of yours is linked. Empty for an ACS resource that existed before.')
output ACS_EMAIL_DOMAIN string = createsAcs ? email!.outputs.mailFromDomain : ''
