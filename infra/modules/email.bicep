// The email service with an Azure-managed domain, which needs no verification.

param name string
param tags object
@description('Where email data is stored at rest.')
param dataLocation string

var location = 'global' // only the data has a location

resource emailService 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: name
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

output domainId string = domain.id
output mailFromDomain string = domain.properties.mailFromSenderDomain
