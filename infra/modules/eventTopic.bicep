// The system topic of the ACS resource. A source has at most one, in the same subscription.
// https://learn.microsoft.com/azure/event-grid/system-topics

param name string
param tags object
@description('The ACS resource, in the same resource group.')
param communicationName string

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' existing = {
  name: communicationName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global' // the location of its source
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: { source: communication.id, topicType: 'Microsoft.Communication.CommunicationServices' }
}

output principalId string = topic.identity.principalId
