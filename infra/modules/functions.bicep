// The function app on Flex Consumption. It uses its managed identity for every connection.

import { commaSeparated } from 'azd.bicep'

@export()
@description('Always-ready instances: `name` is `http` or `function:<name>`.')
type alwaysReadyInstances = { name: string, instanceCount: int }[]

@export()
@sealed()
@description('App settings by name, see infra/README.md. An empty value counts as unset, and the app uses its default.')
type optionalSettings = {
  ACS_API_VERSION_CHAT: string?
  ACS_API_VERSION_EMAIL: string?
  ACS_API_VERSION_IDENTITY: string?
  ACS_API_VERSION_SMS: string?
  AUDIT_RETENTION_DAYS: string?
  CORS_ORIGINS: string?
  DEFAULT_LIMITS: string?
  EMAIL_LIMITS: string?
  OTEL_BSP_SCHEDULE_DELAY: string?
  OTEL_EXPORTER_OTLP_COMPRESSION: string?
  OTEL_EXPORTER_OTLP_ENDPOINT: string?
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: string?
  OTEL_EXPORTER_OTLP_TIMEOUT: string?
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: string?
  OTEL_METRIC_EXPORT_INTERVAL: string?
  OTEL_RESOURCE_ATTRIBUTES: string?
  OTEL_SERVICE_NAME: string?
  OTEL_TRACES_SAMPLER_ARG: string?
  PUBLIC_URL: string?
  RETENTION_DAYS: string?
  SMS_OPT_OUT_KEYWORDS: string?
  SMS_RATES_PER_MINUTE: string?
  SMS_REPEATABILITY_WINDOW_SECONDS: string?
  USER_TOKENS: string?
}

@description('Defaults for clients without limits of their own: enough to try an app, but little for an attacker with a stolen key. See "Limits per client" in functions/README.md.')
var defaultLimits = '{"requestsPerMinute":600,"smsPerMinute":1000,"smsPerDay":2000,"emailsPerMinute":30,"emailsPerDay":1000,"batchRecipients":1000,"perRecipientPerDay":20,"countries":"sender"}'

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
@description('`OTEL_EXPORTER_OTLP_HEADERS`, which may contain a key of the collector.')
@secure()
param otlpHeaders string
param alwaysReady alwaysReadyInstances
param maximumInstanceCount int
param instanceMemoryMB int
@description('Subnet for outbound connections; empty for none.')
param subnetId string
@description('IP addresses and CIDR ranges from which the app may be called.')
param allowedIpRanges string[]
@description('Front Door profile through which the app may be called; empty for none. Without profile and ranges, any address may call.')
param frontDoorId string

// Rules accept only ranges.
var ranges = map(allowedIpRanges, it => contains(it, '/') ? it : contains(it, ':') ? '${it}/128' : '${it}/32')
var addressRules = map(ranges, (range, index) => {
  name: 'range-${index + 1}'
  action: 'Allow'
  priority: 200 + index
  ipAddress: range
})
// The service tag admits every Front Door profile, including other customers': the header restricts it to one.
// https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions#restrict-access-to-a-specific-azure-front-door-instance
var frontDoorRule = {
  name: 'front-door'
  action: 'Allow'
  priority: 100
  tag: 'ServiceTag'
  ipAddress: 'AzureFrontDoor.Backend'
  headers: { 'x-azure-fdid': [frontDoorId] }
}
var accessRules = concat(empty(frontDoorId) ? [] : [frontDoorRule], addressRules)
// If no rules are configured here, rules made in the portal are kept: a deployment must not open up restricted access.
var restrictions = empty(accessRules)
  ? {}
  : {
      ipSecurityRestrictions: accessRules
      ipSecurityRestrictionsDefaultAction: 'Deny'
      // Deployments originate elsewhere and use an Entra token.
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }

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
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ...restrictions
      cors: { allowedOrigins: commaSeparated(settings.?CORS_ORIGINS ?? '') }
    }
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

// This resource replaces all app settings: settings made elsewhere are lost in the next deployment.
// Flex Consumption reads runtime, scale and deployment from functionAppConfig and rejects the app settings for them.
// https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    ACS_API_VERSION_CHAT: settings.?ACS_API_VERSION_CHAT ?? ''
    ACS_API_VERSION_EMAIL: settings.?ACS_API_VERSION_EMAIL ?? ''
    ACS_API_VERSION_IDENTITY: settings.?ACS_API_VERSION_IDENTITY ?? ''
    ACS_API_VERSION_SMS: settings.?ACS_API_VERSION_SMS ?? ''
    ACS_ENDPOINT: communicationEndpoint
    ACS_RESOURCE_ID: communicationId
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
    AZURE_CLIENT_ID: identity.properties.clientId
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__clientId: identity.properties.clientId
    AzureWebJobsStorage__credential: 'managedidentity'
    CLIENTS: clientsReference
    AUDIT_RETENTION_DAYS: settings.?AUDIT_RETENTION_DAYS ?? ''
    CORS_ORIGINS: settings.?CORS_ORIGINS ?? ''
    DEFAULT_LIMITS: empty(settings.?DEFAULT_LIMITS) ? defaultLimits : settings.DEFAULT_LIMITS!
    EMAIL_LIMITS: settings.?EMAIL_LIMITS ?? ''
    OTEL_BSP_SCHEDULE_DELAY: settings.?OTEL_BSP_SCHEDULE_DELAY ?? ''
    OTEL_EXPORTER_OTLP_COMPRESSION: settings.?OTEL_EXPORTER_OTLP_COMPRESSION ?? ''
    OTEL_EXPORTER_OTLP_ENDPOINT: settings.?OTEL_EXPORTER_OTLP_ENDPOINT ?? ''
    OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: settings.?OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? ''
    OTEL_EXPORTER_OTLP_TIMEOUT: settings.?OTEL_EXPORTER_OTLP_TIMEOUT ?? ''
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: settings.?OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? ''
    OTEL_METRIC_EXPORT_INTERVAL: settings.?OTEL_METRIC_EXPORT_INTERVAL ?? ''
    OTEL_RESOURCE_ATTRIBUTES: settings.?OTEL_RESOURCE_ATTRIBUTES ?? ''
    OTEL_SERVICE_NAME: settings.?OTEL_SERVICE_NAME ?? ''
    OTEL_TRACES_SAMPLER_ARG: settings.?OTEL_TRACES_SAMPLER_ARG ?? ''
    PUBLIC_URL: settings.?PUBLIC_URL ?? ''
    RETENTION_DAYS: settings.?RETENTION_DAYS ?? ''
    SMS_OPT_OUT_KEYWORDS: settings.?SMS_OPT_OUT_KEYWORDS ?? ''
    SMS_RATES_PER_MINUTE: settings.?SMS_RATES_PER_MINUTE ?? ''
    SMS_REPEATABILITY_WINDOW_SECONDS: settings.?SMS_REPEATABILITY_WINDOW_SECONDS ?? ''
    USER_TOKENS: settings.?USER_TOKENS ?? ''
  }
}

output url string = 'https://${site.properties.defaultHostName}'
