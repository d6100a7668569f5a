// Links the email domains to the created ACS resource. Deployed last, because linking fails with InvalidLinkedDomains
// while Azure is still verifying a new domain.
// https://github.com/Azure/bicep/issues/11354

@export()
@description('The union of required and currently linked ids. Azure ignores the case of ids.')
func domainsToLink(domainIds string[], linkedDomainIds string[]) string[] =>
  concat(domainIds, filter(linkedDomainIds, linked => !contains(map(domainIds, id => toLower(id)), toLower(linked))))

param communicationName string
param tags object
param dataLocation string
@description('Ids of domains to link.')
param domainIds string[]
@description('Ids of currently linked domains, which stay linked: the deployed list replaces the previous one.')
param linkedDomainIds string[]

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: communicationName
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: domainsToLink(domainIds, linkedDomainIds)
  }
}
