// The app's role on the ACS resource. The resource itself is not modified, because it may be shared.

import { roles } from 'roles.bicep'

param communicationName string
@description('Identity of the app.')
param principalId string
@description('Id (a GUID) of the role. If empty, the built-in role Communication and Email Service Owner.')
param roleId string
@description('Creates and assigns a narrower custom role, unless `roleId` is set.')
param customRole bool

var createsRole = customRole && empty(roleId)

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' existing = {
  name: communicationName
}

// ACS has no data actions and no built-in role for sending only. Unlike the built-in role, this one cannot list or
// regenerate keys or delete anything. Microsoft documents its actions for SMTP; according to user reports, other
// operations may deny it.
// https://learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/smtp-authentication
resource senderRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (createsRole) {
  name: guid(resourceGroup().id, communicationName, 'sender')
  properties: {
    roleName: 'Switchboard sender (${communicationName})'
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

var builtInRole = empty(roleId) ? roles.communicationAndEmailServiceOwner : roleId

// The name includes the principal: if the ACS resource is in another resource group, the assignment outlives the app's
// group, and Azure does not allow changing its principal in the next deployment (RoleAssignmentUpdateNotPermitted).
resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: communication
  name: guid(communication.id, principalId, createsRole ? 'sender' : builtInRole)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      createsRole ? senderRole.name : builtInRole
    )
  }
}

output endpoint string = 'https://${communication.properties.hostName}'
output linkedDomainIds string[] = communication.properties.?linkedDomains ?? []
