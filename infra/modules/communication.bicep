// Azure Communication Services with an e-mail domain of Azure's own, for Entra identities only: there is no key to leak.

param name string
param emailServiceName string
param tags object
@description('Where ACS keeps its data at rest.')
param dataLocation string
@description('The app.')
param identityName string
param principalId string
@description('Id (a GUID) of the role by which the app sends; made here when empty.')
param roleId string

// Both resources are global; only their data has a place.
var location = 'global'

resource emailService 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: emailServiceName
  location: location
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource domain 'Microsoft.Communication/emailServices/domains@2025-09-01' = {
  parent: emailService
  name: 'AzureManagedDomain'
  location: location
  tags: tags
  properties: { domainManagement: 'AzureManaged', userEngagementTracking: 'Disabled' }
}

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: [domain.id]
  }
}

// ACS has no data actions and no role for sending only: who may read and write the resource may send through it.
// Unlike the built-in roles, this one cannot list or regenerate the keys, and cannot delete anything.
// https://learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/smtp-authentication
resource senderRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (empty(roleId)) {
  name: guid(resourceGroup().id, 'sender')
  properties: {
    roleName: 'Switchboard sender (${name})'
    description: 'Sends and reads through an Azure Communication Services resource; sees none of its keys.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.Communication/CommunicationServices/Read'
          'Microsoft.Communication/CommunicationServices/Write'
          'Microsoft.Communication/EmailServices/Write'
        ]
      }
    ]
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: communication
  name: guid(communication.id, identityName, empty(roleId) ? 'sender' : roleId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      empty(roleId) ? senderRole.name : roleId
    )
  }
}

output id string = communication.id
output endpoint string = 'https://${communication.properties.hostName}'
output mailFromDomain string = domain.properties.mailFromSenderDomain
