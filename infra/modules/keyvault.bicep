// The vault with the one secret that the app has: the keys of its clients.

import { roles } from 'roles.bicep'

var secretName = 'clients'

@export()
@description('An app setting with this value is resolved to the secret. It holds no secret itself.')
func clientsReference(vaultName string) string => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${secretName})'

param name string
param location string
param tags object
@description('JSON, as the setting CLIENTS. Empty leaves the secret as it is in the vault, where keys are changed.')
@secure()
param clients string
@description('A vault with purge protection keeps its name for 90 days after it was deleted.')
param purgeProtection bool
@description('Reached through a private endpoint only.')
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
