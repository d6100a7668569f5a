// The function app on Flex Consumption. It is everything by its managed identity; only HTTP callers come with keys, of ours.

@export()
@description('Instances that are never scaled in: `name` is `http` or `function:<name>`.')
type alwaysReadyInstances = { name: string, instanceCount: int }[]

@export()
@description('Settings that have a default in the app, which stays where they are empty; see "Settings" in README.md.')
type optionalSettings = { publicUrl: string, smsRatesPerMinute: string, emailLimits: string }

param name string
param planName string
param location string
param tags object
param identityName string
param storageAccountName string
param deploymentContainerUrl string
param applicationInsightsName string
param communicationId string
param communicationEndpoint string
param clientsReference string
param settings optionalSettings
param alwaysReady alwaysReadyInstances
param maximumInstanceCount int
param instanceMemoryMB int
@description('Subnet for outgoing connections; none when empty.')
param subnetId string

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { ftpsState: 'Disabled', http20Enabled: true, minTlsVersion: '1.2', scmMinTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        alwaysReady: alwaysReady
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
      }
    }
  }
}

resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

// Flex Consumption takes runtime, scale and deployment from functionAppConfig, and refuses the app settings for them.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#deprecated-properties-and-settings
resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    ACS_ENDPOINT: communicationEndpoint
    ACS_RESOURCE_ID: communicationId
    AZURE_CLIENT_ID: identity.properties.clientId
    CLIENTS: clientsReference
    EMAIL_LIMITS: settings.emailLimits
    PUBLIC_URL: settings.publicUrl
    SMS_RATES_PER_MINUTE: settings.smsRatesPerMinute
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__clientId: identity.properties.clientId
    AzureWebJobsStorage__credential: 'managedidentity'
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  }
}

output url string = 'https://${site.properties.defaultHostName}'
