// The vault with the app's only secret: the client configuration with its keys.

import { roles } from 'roles.bicep'

var secretName = 'clients'

@export()
@description('Value of an app setting that Azure resolves to the secret. It is not secret itself.')
func clientsReference(vaultName string) string => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${secretName})'

param name string
param location string
param tags object
@description('JSON in the format of the setting CLIENTS. If empty, the secret is left unchanged; keys are rotated in the vault.')
@secure()
param clients string
@description('The name of a deleted vault with purge protection stays reserved for 90 days.')
param purgeProtection bool
@description('Restricts access to a private endpoint.')
param isPrivate bool
@description('The app, which reads the secret.')
param identityName string
param principalId string
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: purgeProtection ? true : null // once on, it cannot be turned off: false is refused
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }
}

@onlyIfNotExists()
resource noClients 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (empty(clients)) {
  parent: vault
  name: secretName
  tags: tags
  properties: { value: '[]', contentType: 'application/json' }
}

resource givenClients 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(clients)) {
  parent: vault
  name: secretName
  tags: tags
  properties: { value: clients, contentType: 'application/json' }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, identityName, roles.keyVaultSecretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

#disable-next-line use-recent-api-versions // no later one is known
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
